package dev.lucenesemantic.benchmarks;

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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;

/**
 * Indexes passages with several threads.
 *
 * @param call how the threads add documents
 * @param threads how many threads
 * @param codec how vectors are stored and merged; Lucene's defaults hold for everything else
 */
record IndexingRun(Call call, int threads, Codec codec) {
  static final String FIELD = "passage_vector";

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

  private IndexWriterConfig config() {
    return new IndexWriterConfig().setCodec(codec);
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

  /** Indexes passages and waits for the merges that come of it. */
  void index(SemanticIndexWriter writer, TextEmbedder model, List<String> passages)
      throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    add(
        writer,
        model,
        () -> {
          int i = next.getAndIncrement();
          return i < passages.size() ? passages.get(i) : null;
        });
    ((ConcurrentMergeScheduler) writer.indexWriter().getConfig().getMergeScheduler()).sync();
  }

  /**
   * Indexes passages over and over until it is told to stop, and drops them.
   *
   * @param busy is counted down with every passage that is taken
   */
  void indexUntil(
      AtomicBoolean stop,
      CountDownLatch busy,
      TextEmbedder model,
      List<String> passages,
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
            // Not the same text twice.
            return stop.get() ? null : passages.get(i % passages.size()) + " " + i;
          });
      writer.rollback();
    }
  }

  /** Encodes all passages without an index, each in a call of its own. */
  void encodeOneByOne(TextEmbedder model, List<String> passages)
      throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    inThreads(
        () -> {
          for (int i = next.getAndIncrement(); i < passages.size(); i = next.getAndIncrement()) {
            model.embedDocuments(List.of(passages.get(i)));
          }
          return null;
        });
  }

  private void add(SemanticIndexWriter writer, TextEmbedder model, Supplier<String> texts)
      throws IOException, InterruptedException {
    SemanticFieldType type = new SemanticFieldType(model);
    inThreads(
        () -> {
          Iterator<Document> documents = documents(texts, type);
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

  private static Iterator<Document> documents(Supplier<String> texts, SemanticFieldType type) {
    return Stream.generate(texts)
        .takeWhile(Objects::nonNull)
        .map(
            text -> {
              Document document = new Document();
              document.add(new SemanticField(FIELD, text, type));
              return document;
            })
        .iterator();
  }

  @Override
  public String toString() {
    return call + ", " + threads + (threads == 1 ? " thread" : " threads");
  }
}
