package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.mining.IndexMining;
import dev.lucenesemantic.mining.ParaphrasePair;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.VectorUtil;

/**
 * How much heap paraphrase mining over an index takes. Vectors are random and of length 1: their
 * directions say nothing, which makes the graph's work harder and changes nothing about the memory.
 */
public final class MiningHeap {
  static final Map<String, String> OPTIONS =
      Options.describe(
          "vectors", "how many are indexed (default: 200000)",
          "dimension", "of the vectors (default: 384)",
          "top-k", "neighbours that are retrieved for each (default: 10)",
          "max-pairs", "bounds the pairs that are kept (default: 500000)",
          "buffer", "MB of vectors that the writer holds before it flushes (default: 64)");

  private static final String FIELD = "vector";

  private MiningHeap() {}

  /**
   * Runs the measurement; ends with exit code 2 and a list of the arguments if one is wrong.
   *
   * @param args see the list
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int code = Program.run(OPTIONS, MiningHeap::run, args, System.out, System.err);
    if (code != 0) {
      System.exit(code);
    }
  }

  static void run(Options options, PrintStream out) throws IOException {
    int count = options.getInt("vectors", 200_000);
    int dimension = options.getInt("dimension", 384);
    out.println("machine     " + Machine.here());
    out.println("versions    " + Machine.versions());
    out.println("heap        " + (Runtime.getRuntime().maxMemory() >> 20) + " MB at most");
    try (TemporaryFolder folder = new TemporaryFolder();
        Directory directory = FSDirectory.open(folder.path());
        LiveHeap heap = new LiveHeap()) {
      long start = System.nanoTime();
      index(directory, count, dimension, options.getInt("buffer", 64));
      report(out, "indexing", start, heap.takePeak());
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        out.println(
            "index       " + reader.maxDoc() + " vectors, " + reader.leaves().size() + " segments");
        start = System.nanoTime();
        List<ParaphrasePair> pairs =
            new IndexMining(new IndexSearcher(reader), FIELD)
                .paraphraseMining(
                    options.getInt("top-k", 10), options.getInt("max-pairs", 500_000), -1);
        report(out, "mining", start, heap.takePeak());
        out.println("pairs       " + pairs.size());
      }
    }
  }

  private static void index(Directory directory, int count, int dimension, int bufferMegabytes)
      throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    IndexWriterConfig config = new IndexWriterConfig().setRAMBufferSizeMB(bufferMegabytes);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < count; i++) {
        float[] vector = new float[dimension];
        for (int d = 0; d < dimension; d++) {
          vector[d] = (float) random.nextGaussian();
        }
        Document document = new Document();
        document.add(
            new KnnFloatVectorField(
                FIELD, VectorUtil.l2normalize(vector), VectorSimilarityFunction.DOT_PRODUCT));
        writer.addDocument(document);
      }
    }
  }

  private static void report(PrintStream out, String phase, long start, long peak) {
    out.println(
        String.format(
            Locale.ROOT,
            "%-12s%.0f s, live heap at most %.0f MB",
            phase,
            (System.nanoTime() - start) / 1e9,
            peak / 1e6));
  }
}
