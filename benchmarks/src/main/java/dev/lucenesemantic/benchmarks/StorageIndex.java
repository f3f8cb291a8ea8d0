package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.codec.SemanticCodec;
import dev.lucenesemantic.codec.StoredVectors;
import dev.lucenesemantic.codec.VectorStorage;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** The passages' vectors in an index of one segment, stored in one way, and what that took. */
final class StorageIndex implements AutoCloseable {
  static final String FIELD = "passage_vector";
  private static final String NUMBER = "number";
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Large enough for a few segments only, so that there is one merge to measure. */
  private static final double BUFFER_MEGABYTES = 64;

  private final VectorStorage storage;
  private final TextEmbedder embedder;
  private final int k;
  private final Effort add;
  private final Effort merge;
  private final Effort sharedMerge;
  private final Directory directory;
  private final DirectoryReader reader;
  private final Sample times = new Sample();
  private final Sample cpuTimes = new Sample();
  private double recall;

  private StorageIndex(
      VectorStorage storage,
      TextEmbedder embedder,
      int k,
      Effort add,
      Effort merge,
      Effort sharedMerge,
      Directory directory)
      throws IOException {
    this.storage = storage;
    this.embedder = embedder;
    this.k = k;
    this.add = add;
    this.merge = merge;
    this.sharedMerge = sharedMerge;
    this.directory = directory;
    this.reader = DirectoryReader.open(directory);
  }

  /**
   * Builds the index: adds all vectors, then merges the segments, once in one thread and once in
   * several.
   *
   * @param embedder knows the questions
   * @param workers how many threads share the second merge; 1 leaves it out
   * @param folder an empty folder
   */
  static StorageIndex build(
      VectorStorage storage,
      List<float[]> vectors,
      TextEmbedder embedder,
      int k,
      int workers,
      Path folder)
      throws IOException, InterruptedException {
    SemanticCodec codec = new SemanticCodec(storage);
    Path unmerged = Files.createDirectory(folder.resolve("unmerged"));
    SemanticFieldType type = new SemanticFieldType(embedder);
    Effort add = Effort.of(() -> add(vectors, type, codec, unmerged));
    Effort sharedMerge = null;
    if (workers > 1) {
      Path shared = copy(unmerged, folder.resolve("shared"));
      try (ExecutorService executor = Executors.newFixedThreadPool(workers - 1)) {
        SemanticCodec sharing = codec.withMergeWorkers(workers, executor);
        sharedMerge = Effort.of(() -> merge(sharing, shared));
      }
    }
    Effort merge = Effort.of(() -> merge(codec, unmerged));
    return new StorageIndex(
        storage, embedder, k, add, merge, sharedMerge, FSDirectory.open(unmerged));
  }

  private static void add(List<float[]> vectors, SemanticFieldType type, Codec codec, Path folder)
      throws IOException {
    try (Directory directory = FSDirectory.open(folder);
        IndexWriter writer =
            new IndexWriter(
                directory,
                new IndexWriterConfig()
                    .setCodec(codec)
                    .setMergePolicy(NoMergePolicy.INSTANCE)
                    .setRAMBufferSizeMB(BUFFER_MEGABYTES))) {
      for (int i = 0; i < vectors.size(); i++) {
        Document document = new Document();
        document.add(new KnnFloatVectorField(FIELD, vectors.get(i), type));
        document.add(new StoredField(NUMBER, i));
        writer.addDocument(document);
      }
    }
  }

  private static void merge(Codec codec, Path folder) throws IOException {
    try (Directory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig().setCodec(codec))) {
      writer.forceMerge(1);
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    for (Path file : files(from)) {
      Files.copy(file, to.resolve(from.relativize(file)));
    }
    return to;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Searches for every question once by default; the times are added to those of before. */
  void search(List<String> questions, TrueNearest nearest) throws IOException {
    recall = search(questions, nearest, this::query, times, cpuTimes);
  }

  /**
   * Searches for every question once.
   *
   * @param queries makes the query for a question
   * @param milliseconds takes the time of every search by the clock
   * @param cpuMilliseconds takes the time that the thread was running
   * @return the recall
   */
  double search(
      List<String> questions,
      TrueNearest nearest,
      Function<String, Query> queries,
      Sample milliseconds,
      Sample cpuMilliseconds)
      throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    // Lucene's cache would answer a query that it has seen.
    searcher.setQueryCache(null);
    double sum = 0;
    for (int i = 0; i < questions.size(); i++) {
      long start = System.nanoTime();
      long cpuStart = THREADS.getCurrentThreadCpuTime();
      ScoreDoc[] hits = searcher.search(queries.apply(questions.get(i)), k).scoreDocs;
      cpuMilliseconds.add((THREADS.getCurrentThreadCpuTime() - cpuStart) / 1e6);
      milliseconds.add((System.nanoTime() - start) / 1e6);
      sum += nearest.recall(i, passages(hits));
    }
    return sum / questions.size();
  }

  /** The library's query for a question, everything at its default. */
  SemanticQuery query(String question) {
    return new SemanticQuery(FIELD, question, k, embedder);
  }

  /** Lucene's own query, which ranks by what the graph search sees. */
  Query plainQuery(String question, int beam) {
    return new KnnFloatVectorQuery(FIELD, embedder.embedQuery(question), beam);
  }

  private List<Integer> passages(ScoreDoc[] hits) throws IOException {
    StoredFields stored = reader.storedFields();
    List<Integer> passages = new ArrayList<>();
    for (ScoreDoc hit : hits) {
      passages.add(stored.document(hit.doc).getField(NUMBER).numericValue().intValue());
    }
    return passages;
  }

  VectorStorage storage() {
    return storage;
  }

  Effort add() {
    return add;
  }

  Effort merge() {
    return merge;
  }

  /** Of the merge by several threads; none if it was left out. */
  Optional<Effort> sharedMerge() {
    return Optional.ofNullable(sharedMerge);
  }

  /** The size of all files. */
  long diskBytes() throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      bytes += directory.fileLength(file);
    }
    return bytes;
  }

  StoredVectors stored() throws IOException {
    return StoredVectors.of(reader, FIELD);
  }

  /** Of the last search for all questions. */
  double recall() {
    return recall;
  }

  /** Of all searches for all questions, in milliseconds. */
  Sample times() {
    return times;
  }

  /** The same without the time in which other programs had the processor. */
  Sample cpuTimes() {
    return cpuTimes;
  }

  @Override
  public void close() throws IOException {
    reader.close();
    directory.close();
  }
}
