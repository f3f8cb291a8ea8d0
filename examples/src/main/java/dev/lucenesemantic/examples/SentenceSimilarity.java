package dev.lucenesemantic.examples;

import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.embed.SentenceTransformer;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * The first example of Python's sentence-transformers, with the same numbers: how similar three
 * sentences are. No index is needed for it.
 *
 * <pre>{@code
 * mvn -q -pl examples -am process-classes exec:exec -Dexample=SentenceSimilarity
 * }</pre>
 */
public final class SentenceSimilarity {
  private static final List<String> SENTENCES =
      List.of("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.");

  private SentenceSimilarity() {}

  /**
   * Runs the example.
   *
   * @param args none
   */
  public static void main(String[] args) {
    run(System.out);
  }

  static void run(PrintStream out) {
    try (SentenceTransformer model = SentenceTransformer.load(BundledModel.ALL_MINILM_L6_V2)) {
      float[][] vectors = model.encode(SENTENCES).toArray(float[][]::new);
      float[][] similarities = model.similarity().matrix(vectors, vectors);
      for (int i = 0; i < SENTENCES.size(); i++) {
        for (float similarity : similarities[i]) {
          out.printf(Locale.ROOT, "%.4f  ", similarity);
        }
        out.println(SENTENCES.get(i));
      }
    }
  }
}
