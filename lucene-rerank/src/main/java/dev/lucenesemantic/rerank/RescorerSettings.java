package dev.lucenesemantic.rerank;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.lucene.index.QueryTimeout;

/** What a rescorer was told. Never changed once a rescorer has it. */
final class RescorerSettings {
  final PairScorer scorer;
  final String query;
  final TextSource textSource;
  int window = 100;
  Tail tail = Tail.KEEP;
  ScoreFusion fusion;
  MissingText missingText = MissingText.LOWEST_SCORE;
  OnFailure onFailure = OnFailure.ERROR;
  LongSupplier nanoClock = System::nanoTime;

  /** These three are null if there is none. */
  DocumentSplitter splitter;

  Duration timeBudget;
  QueryTimeout timeout;

  RescorerSettings(PairScorer scorer, String query, TextSource textSource) {
    this.scorer = scorer;
    this.fusion = scorer.fusion();
    this.query = query;
    this.textSource = textSource;
  }

  RescorerSettings copy() {
    RescorerSettings copy = new RescorerSettings(scorer, query, textSource);
    copy.window = window;
    copy.tail = tail;
    copy.fusion = fusion;
    copy.missingText = missingText;
    copy.onFailure = onFailure;
    copy.nanoClock = nanoClock;
    copy.splitter = splitter;
    copy.timeBudget = timeBudget;
    copy.timeout = timeout;
    return copy;
  }
}
