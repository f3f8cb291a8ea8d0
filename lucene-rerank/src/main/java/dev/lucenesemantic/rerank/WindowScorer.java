package dev.lucenesemantic.rerank;

import dev.lucenesemantic.inference.InferenceInterruptedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes the texts of a window through the model, the best hits of the first stage first. */
final class WindowScorer {
  private final PairScorer scorer;
  private final String query;
  private final DocumentSplitter splitter;

  /**
   * @param splitter null to score each text as a whole
   */
  WindowScorer(PairScorer scorer, String query, DocumentSplitter splitter) {
    this.scorer = scorer;
    this.query = query;
    this.splitter = splitter;
  }

  /**
   * Without a time limit, all texts are scored in one call, so that the model can sort them.
   *
   * @param texts the texts in first-stage order; null where there is none
   * @return their scores; null where there is no text and where the time did not suffice
   */
  ScoredText[] score(String[] texts, TimeLimit limit) {
    ScoredText[] scored = new ScoredText[texts.length];
    int next = 0;
    while (next < texts.length && !limit.reached()) {
      throwIfInterrupted();
      long since = limit.now();
      int from = next;
      int wanted = limit.nextBatch();
      Optional<Batch> batch = withinTime(() -> score(texts, from, wanted), limit);
      if (batch.isEmpty()) {
        break;
      }
      batch.get().copyTo(scored);
      next = batch.get().end;
      if (!batch.get().passages.isEmpty()) {
        limit.scored(batch.get().passages.size(), since);
      }
    }
    return scored;
  }

  private Optional<Batch> withinTime(Supplier<Batch> call, TimeLimit limit) {
    if (!limit.exists()) {
      return Optional.of(call.get());
    }
    try {
      return ScorerCall.make(call, limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InferenceInterruptedException(scorer.toString());
    }
  }

  private Batch score(String[] texts, int from, int wanted) {
    Batch batch = new Batch(from);
    while (batch.end < texts.length && batch.passages.size() < wanted) {
      batch.add(texts[batch.end]);
    }
    if (!batch.passages.isEmpty()) {
      batch.score();
    }
    return batch;
  }

  void throwIfInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new InferenceInterruptedException(scorer.toString());
    }
  }

  /** The texts of some hits that follow each other, each as one or several passages. */
  private final class Batch {
    private final List<Integer> hits = new ArrayList<>();
    private final List<List<DocumentSpan>> spans = new ArrayList<>();
    private final List<String> passages = new ArrayList<>();
    private final List<ScoredText> scored = new ArrayList<>();

    /** The hit behind the last one. */
    private int end;

    Batch(int from) {
      end = from;
    }

    /**
     * @param text that of the next hit; null if it has none
     */
    void add(String text) {
      int hit = end++;
      if (text == null) {
        return;
      }
      List<DocumentSpan> split = split(text);
      hits.add(hit);
      spans.add(split);
      if (splitter == null) {
        passages.add(text);
      }
      for (DocumentSpan span : split) {
        if (span.end() > text.length()) {
          throw new IllegalStateException(
              splitter + " gave " + span + " of a text of " + text.length() + " chars");
        }
        passages.add(text.substring(span.start(), span.end()));
      }
    }

    private List<DocumentSpan> split(String text) {
      if (splitter == null) {
        return List.of();
      }
      List<DocumentSpan> split = splitter.split(query, text);
      // A text without a single token still is a text.
      return split == null || split.isEmpty()
          ? List.of(new DocumentSpan(0, text.length()))
          : List.copyOf(split);
    }

    void score() {
      float[] scores = scorer.score(query, Collections.unmodifiableList(passages));
      if (scores == null || scores.length != passages.size()) {
        throw new IllegalStateException(
            scorer
                + " gave "
                + (scores == null ? "null" : scores.length + " scores")
                + " for "
                + passages.size()
                + " texts; a PairScorer gives one score for each");
      }
      int from = 0;
      for (int i = 0; i < hits.size(); i++) {
        List<DocumentSpan> own = spans.get(i);
        int best = from;
        int to = from + Math.max(1, own.size());
        for (int at = from + 1; at < to; at++) {
          if (scores[at] > scores[best] || Float.isNaN(scores[best])) {
            best = at;
          }
        }
        scored.add(
            new ScoredText(scores[best], own.isEmpty() ? null : own.get(best - from), own.size()));
        from = to;
      }
    }

    void copyTo(ScoredText[] target) {
      for (int i = 0; i < hits.size(); i++) {
        target[hits.get(i)] = scored.get(i);
      }
    }
  }
}
