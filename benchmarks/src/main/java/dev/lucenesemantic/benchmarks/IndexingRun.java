package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.document.Passage;
import dev.lucenesemantic.document.PassageField;
import dev.lucenesemantic.document.PassageFieldType;
import dev.lucenesemantic.document.PassageLayout;
import dev.lucenesemantic.document.PassageSplitter;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.store.Directory;

/**
 * Indexes texts with several threads.
 *
 * @param call how the threads add documents
 * @param threads how many threads
 * @param shape what the documents are
 * @param codec how vectors are stored and merged; Lucene's defaults hold for everything else
 */
record IndexingRun(Call call, int threads, Shape shape, Codec codec) {
  static final String FIELD = "passage_vector";
  private static final String ID = "id";

  /** How documents are added. */
  enum Call {
    /** One call for each document. */
    ADD_DOCUMENT("addDocument"),
    /** One call for each thread, with all of its documents. */
    ADD_EACH("addEach");

    private final String method;

    Call(String method) {
      this.method = method;
    }

    @Override
    public String toString() {
      return method;
    }

    static Call of(String name) {
      for (Call call : values()) {
        if (call.method.equals(name)) {
          return call;
        }
      }
      throw new UsageException("'--calls' takes addDocument and addEach, not '" + name + "'");
    }
  }

  /** What a document is. */
  enum Shape {
    /** A passage. */
    PASSAGE {
      @Override
      List<String> passages(String text, TextEmbedder model) {
        return List.of(text);
      }

      @Override
      Function<Source, Document> documents(TextEmbedder model) {
        SemanticFieldType type = new SemanticFieldType(model);
        return source -> documentOf(new SemanticField(FIELD, source.text(), type));
      }
    },

    /** A whole text, which the writer divides into passages of their own. */
    FLAT {
      @Override
      Function<Source, Document> documents(TextEmbedder model) {
        return whole(model, PassageLayout.FLAT);
      }
    },

    /** A whole text, which the writer divides into passages in a block with it. */
    BLOCK {
      @Override
      Function<Source, Document> documents(TextEmbedder model) {
        return whole(model, PassageLayout.BLOCK);
      }
    };

    /** What is encoded of a text. */
    List<String> passages(String text, TextEmbedder model) {
      return new PassageSplitter(model)
          .split(text).passages().stream().map(Passage::encoded).toList();
    }

    /** Makes a document of a text. */
    abstract Function<Source, Document> documents(TextEmbedder model);

    private static Function<Source, Document> whole(TextEmbedder model, PassageLayout layout) {
      PassageFieldType type = new PassageFieldType(new PassageSplitter(model), layout, ID);
      return source ->
          documentOf(
              new StringField(ID, source.id(), Field.Store.YES),
              new PassageField(FIELD, source.text(), type));
    }

    private static Document documentOf(IndexableField... fields) {
      Document document = new Document();
      for (IndexableField field : fields) {
        document.add(field);
      }
      return document;
    }

    static Shape of(String name) {
      for (Shape shape : values()) {
        if (shape.name().equalsIgnoreCase(name)) {
          return shape;
        }
      }
      throw new UsageException("'--documents' takes passage, flat and block, not '" + name + "'");
    }
  }

  /**
   * A text to index.
   *
   * @param id another for each text
   * @param text the text
   * @param passages what is encoded of it
   */
  record Source(String id, String text, List<String> passages) {}

  private IndexWriterConfig config() {
    return new IndexWriterConfig().setCodec(codec);
  }

  /** Whether it encodes text by text, where all together would be faster. */
  boolean hasCallsOfItsOwn() {
    return call == Call.ADD_DOCUMENT && shape == Shape.PASSAGE;
  }

  /** Merges all segments into one. */
  void merge(Directory directory) throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config())) {
      writer.forceMerge(1);
    }
  }

  SemanticIndexWriter open(Directory directory) throws IOException {
    return new SemanticIndexWriter(new IndexWriter(directory, config()));
  }

  /** Indexes texts and waits for the merges that come of it. */
  void index(SemanticIndexWriter writer, TextEmbedder model, List<Source> texts)
      throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    add(
        writer,
        model,
        () -> {
          int i = next.getAndIncrement();
          return i < texts.size() ? texts.get(i) : null;
        });
    ((ConcurrentMergeScheduler) writer.indexWriter().getConfig().getMergeScheduler()).sync();
  }

  /**
   * Indexes texts over and over until it is told to stop, and drops them.
   *
   * @param busy is counted down with every text that is taken
   */
  void indexUntil(
      AtomicBoolean stop,
      CountDownLatch busy,
      TextEmbedder model,
      List<Source> texts,
      Directory directory)
      throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    try (SemanticIndexWriter writer = open(directory)) {
      add(
          writer,
          model,
          () -> {
            int i = next.getAndIncrement();
            busy.countDown();
            return stop.get() ? null : again(texts.get(i % texts.size()), i);
          });
      writer.rollback();
    }
  }

  /** No sentence is the same twice, so that nothing is known already. */
  private static Source again(Source source, int number) {
    String text = number + " " + source.text().replaceAll("(?<=[.!?])\\s+", " " + number + " ");
    return new Source(String.valueOf(number), text, List.of());
  }

  /** Encodes all texts without an index, each in a call of its own. */
  void encodeOneByOne(TextEmbedder model, List<Source> texts)
      throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    inThreads(
        () -> {
          for (int i = next.getAndIncrement(); i < texts.size(); i = next.getAndIncrement()) {
            model.embedDocuments(texts.get(i).passages());
          }
          return null;
        });
  }

  private void add(SemanticIndexWriter writer, TextEmbedder model, Supplier<Source> texts)
      throws IOException, InterruptedException {
    Function<Source, Document> made = shape.documents(model);
    inThreads(
        () -> {
          Iterator<Document> documents =
              Stream.generate(texts).takeWhile(Objects::nonNull).map(made).iterator();
          if (call == Call.ADD_EACH) {
            Iterable<Document> all = () -> documents;
            writer.addEach(all);
          } else {
            while (documents.hasNext()) {
              writer.addDocument(documents.next());
            }
          }
          return null;
        });
  }

  private void inThreads(Callable<Void> work) throws IOException, InterruptedException {
    try (ExecutorService callers = Executors.newFixedThreadPool(threads)) {
      for (Future<Void> caller : callers.invokeAll(Collections.nCopies(threads, work))) {
        caller.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("the passages cannot be indexed: " + e.getCause(), e);
    }
  }

  @Override
  public String toString() {
    return call + ", " + threads + (threads == 1 ? " thread" : " threads");
  }
}
