package dev.lucenesemantic.rerank;

import java.io.IOException;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;

/** The texts of a window's hits, as far as there was time to read them. */
final class WindowTexts {
  private final String[] texts;
  private final boolean[] missing;
  private final int read;

  private WindowTexts(String[] texts, boolean[] missing, int read) {
    this.texts = texts;
    this.missing = missing;
    this.read = read;
  }

  /** Reads in ascending order of the documents, in which an index is read fastest. */
  static WindowTexts read(
      TextSource source, IndexSearcher searcher, ScoreDoc[] hits, int window, TimeLimit limit)
      throws IOException {
    String[] texts = new String[window];
    boolean[] missing = new boolean[window];
    int[] byDoc =
        IntStream.range(0, window)
            .boxed()
            .sorted(Comparator.comparingInt(i -> hits[i].doc))
            .mapToInt(Integer::intValue)
            .toArray();
    if (limit.reached()) {
      return new WindowTexts(texts, missing, 0);
    }
    TextSource.Reader reader = source.open(searcher);
    for (int i = 0; i < window; i++) {
      if (limit.reachedBetweenShortSteps()) {
        return new WindowTexts(texts, missing, i);
      }
      int hit = byDoc[i];
      if (i > 0 && hits[hit].doc == hits[byDoc[i - 1]].doc) {
        texts[hit] = texts[byDoc[i - 1]];
      } else {
        String text = reader.text(hits[hit].doc);
        texts[hit] = text == null || text.isBlank() ? null : text;
      }
      missing[hit] = texts[hit] == null;
    }
    return new WindowTexts(texts, missing, window);
  }

  /** By place in the first stage; null where there is none, or where it was not read. */
  String[] texts() {
    return texts;
  }

  boolean isMissing(int hit) {
    return missing[hit];
  }

  /** The first hit without text; -1 if there is none. */
  int firstMissing() {
    for (int i = 0; i < missing.length; i++) {
      if (missing[i]) {
        return i;
      }
    }
    return -1;
  }

  boolean allMissing() {
    return complete() && IntStream.range(0, missing.length).allMatch(this::isMissing);
  }

  /** Whether the time sufficed to read all. */
  boolean complete() {
    return read == texts.length;
  }
}
