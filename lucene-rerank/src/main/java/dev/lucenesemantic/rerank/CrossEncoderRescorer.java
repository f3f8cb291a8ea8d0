package dev.lucenesemantic.rerank;

import dev.lucenesemantic.inference.InferenceInterruptedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Rescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;

/**
 * Lets a cross-encoder read the best hits of any search together with the query, and orders them
 * anew. Behind an existing search it is one line:
 *
 * <pre>{@code
 * TopDocs hits = searcher.search(query, 100);
 * hits = new CrossEncoderRescorer(scorer, question, TextSource.storedField("body"))
 *     .rescore(searcher, hits, 10);
 * }</pre>
 *
 * <p>One rescorer serves one question. It is immutable but for what {@link #explain} remembers, and
 * safe for use by several threads; the {@code with} methods give copies. It does not close the
 * scorer.
 *
 * <h2>The order</h2>
 *
 * Best first come
 *
 * <ol>
 *   <li>the hits of the {@linkplain #withWindow window} that were scored, by their {@linkplain
 *       ScoreFusion final score}, equal ones by document id;
 *   <li>those that the {@linkplain #withTimeBudget time} did not suffice for, in first-stage order;
 *   <li>those without text, unless they {@linkplain MissingText keep their place}, and those that
 *       the cross-encoder gave NaN, in first-stage order;
 *   <li>the hits below the window, in first-stage order, unless they are {@linkplain Tail dropped}.
 * </ol>
 *
 * <p>If not one hit could be scored, the result is the first stage's, order and scores.
 *
 * <h2>The scores</h2>
 *
 * Scores never increase from hit to hit. A hit without a final score of its own gets the next float
 * below the hit before it, but not less than the hit behind it; one that kept its place above all
 * scored hits gets the next float above. So its score says where it stands, and nothing about the
 * document. Such scores are finite unless the model gave infinite ones.
 *
 * <h2>The time</h2>
 *
 * A {@linkplain #withTimeBudget budget}, a {@linkplain #withTimeout timeout} and the searcher's own
 * timeout are looked at between micro-batches of about a tenth of a second, in which the hits are
 * scored in first-stage order. What was scored by then is ranked, and the result is {@linkplain
 * RescoredTopDocs#partial marked}. Without any of the three, all hits go to the scorer at once. A
 * {@link QueryTimeout} is also the way to cancel a rescoring from another thread.
 *
 * <p>Where there is a limit, a scorer that hangs does not keep the search from answering:
 * micro-batches run in a thread of their own, and one that has begun is waited for until as much
 * time has passed again, at least a tenth of a second and at most a second. Then its thread is
 * interrupted, and its hits count as not scored. A scorer that does not heed interrupts keeps that
 * thread until it returns.
 *
 * <p>An interrupt of the thread ends a rescoring with an {@link InferenceInterruptedException}, or
 * with whatever the scorer throws then; the thread's interrupt flag is set again.
 */
public final class CrossEncoderRescorer extends Rescorer {
  private final RescorerSettings settings;

  /** The last rescoring of each reader, by the identity that a reader holds as long as it lives. */
  private final Map<Object, Rescoring> last = Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * Makes a rescorer for one question.
   *
   * @param scorer the cross-encoder; not closed
   * @param query the question, as a user would ask it
   * @param textSource where the hits' texts come from
   */
  public CrossEncoderRescorer(PairScorer scorer, String query, TextSource textSource) {
    this(
        new RescorerSettings(
            Objects.requireNonNull(scorer, "scorer"),
            Objects.requireNonNull(query, "query"),
            Objects.requireNonNull(textSource, "textSource")));
  }

  private CrossEncoderRescorer(RescorerSettings settings) {
    this.settings = settings;
  }

  private CrossEncoderRescorer with(Consumer<RescorerSettings> change) {
    RescorerSettings copy = settings.copy();
    change.accept(copy);
    return new CrossEncoderRescorer(copy);
  }

  /**
   * How many hits are rescored, however many are asked for. Without this call 100.
   *
   * @param hits the number of hits, at least 1
   * @return a copy
   * @throws IllegalArgumentException if it is below 1
   */
  public CrossEncoderRescorer withWindow(int hits) {
    if (hits < 1) {
      throw new IllegalArgumentException("the window must be at least 1 hit, got: " + hits);
    }
    return with(s -> s.window = hits);
  }

  /**
   * What becomes of the hits below the window. Without this call they are kept.
   *
   * @param tail what becomes of them
   * @return a copy
   */
  public CrossEncoderRescorer withTail(Tail tail) {
    Objects.requireNonNull(tail, "tail");
    return with(s -> s.tail = tail);
  }

  /**
   * How the scores of both stages become one. Without this call the scorer's own {@link
   * PairScorer#fusion()}.
   *
   * @param fusion the fusion
   * @return a copy
   */
  public CrossEncoderRescorer withFusion(ScoreFusion fusion) {
    Objects.requireNonNull(fusion, "fusion");
    return with(s -> s.fusion = fusion);
  }

  /**
   * What becomes of hits without text. Without this call {@link MissingText#LOWEST_SCORE}.
   *
   * @param missingText what becomes of them
   * @return a copy
   */
  public CrossEncoderRescorer withMissingText(MissingText missingText) {
    Objects.requireNonNull(missingText, "missingText");
    return with(s -> s.missingText = missingText);
  }

  /**
   * Has long documents scored passage by passage; the best passage's score is the document's.
   * Without this call a document is one text, of which the model reads the beginning.
   *
   * @param splitter divides a document, and says how many passages it has at most
   * @return a copy
   */
  public CrossEncoderRescorer withPassages(DocumentSplitter splitter) {
    Objects.requireNonNull(splitter, "splitter");
    return with(s -> s.splitter = splitter);
  }

  /**
   * Ends a rescoring after a time, with what was scored by then. Without this call there is no such
   * limit.
   *
   * @param budget the time from the call of {@link #rescore}; if it is 0 or negative, nothing is
   *     scored
   * @return a copy
   */
  public CrossEncoderRescorer withTimeBudget(Duration budget) {
    Objects.requireNonNull(budget, "budget");
    return with(s -> s.timeBudget = budget);
  }

  /**
   * Ends a rescoring when it is told to, with what was scored by then. The searcher's own timeout
   * counts as well.
   *
   * @param timeout is asked in the calling thread
   * @return a copy
   */
  public CrossEncoderRescorer withTimeout(QueryTimeout timeout) {
    Objects.requireNonNull(timeout, "timeout");
    return with(s -> s.timeout = timeout);
  }

  /**
   * What is done if the scorer or the splitter throws a RuntimeException, is closed, or does not
   * give one score for each text. Without this call {@link OnFailure#ERROR}. Failures of the index
   * and of the {@link TextSource}, {@link Error}s and interrupts always go to the caller.
   *
   * @param onFailure what is done
   * @return a copy
   */
  public CrossEncoderRescorer withFailurePolicy(OnFailure onFailure) {
    Objects.requireNonNull(onFailure, "onFailure");
    return with(s -> s.onFailure = onFailure);
  }

  /** For tests that need no waiting. */
  CrossEncoderRescorer withNanoClock(LongSupplier nanoClock) {
    return with(s -> s.nanoClock = nanoClock);
  }

  /**
   * How many hits are rescored.
   *
   * @return the number of hits
   */
  public int window() {
    return settings.window;
  }

  /**
   * Orders hits anew.
   *
   * @param searcher searches the index that the hits are from
   * @param firstPassTopDocs the hits in first-stage order, of one index: all have the same shard
   *     index. Not changed
   * @param topN how many hits are returned at most; none if it is 0 or negative
   * @return new hits with the shard index and the total of the first stage
   * @throws IllegalArgumentException if the hits are of several shards, or not of this searcher
   * @throws MissingTextException if a hit has no text and {@link MissingText#ERROR} was chosen
   * @throws IOException if the index cannot be read
   */
  @Override
  public RescoredTopDocs rescore(IndexSearcher searcher, TopDocs firstPassTopDocs, int topN)
      throws IOException {
    Objects.requireNonNull(searcher, "searcher");
    ScoreDoc[] hits = copyOfHits(searcher, firstPassTopDocs);
    if (hits.length == 0 || topN <= 0) {
      return new RescoredTopDocs(firstPassTopDocs.totalHits);
    }
    Rescoring rescoring = rescoring(searcher, hits);
    last.put(searcher.getTopReaderContext().id(), rescoring);
    return rescoring.topDocs(firstPassTopDocs.totalHits, topN);
  }

  private static ScoreDoc[] copyOfHits(IndexSearcher searcher, TopDocs topDocs) {
    int maxDoc = searcher.getIndexReader().maxDoc();
    ScoreDoc[] hits = new ScoreDoc[topDocs.scoreDocs.length];
    for (int i = 0; i < hits.length; i++) {
      ScoreDoc hit = Objects.requireNonNull(topDocs.scoreDocs[i], "a hit is null");
      if (hit.doc < 0 || hit.doc >= maxDoc) {
        throw new IllegalArgumentException(
            "the hit at rank "
                + (i + 1)
                + " is document "
                + hit.doc
                + ", but the searcher has documents 0 to "
                + (maxDoc - 1)
                + "; rescore hits with the searcher that found them");
      }
      if (hit.shardIndex != topDocs.scoreDocs[0].shardIndex) {
        throw new IllegalArgumentException(
            "the hits are of several shards (shardIndex "
                + topDocs.scoreDocs[0].shardIndex
                + " and "
                + hit.shardIndex
                + "), which one searcher cannot read; rescore the hits of each shard, then merge");
      }
      hits[i] = new ScoreDoc(hit.doc, hit.score, hit.shardIndex);
    }
    return hits;
  }

  /** Reads, scores and ranks; remembers nothing. There is at least one hit. */
  Rescoring rescoring(IndexSearcher searcher, ScoreDoc[] hits) throws IOException {
    TimeLimit limit =
        new TimeLimit(
            settings.nanoClock,
            settings.timeBudget,
            Stream.of(settings.timeout, searcher.getTimeout()).filter(Objects::nonNull).toList());
    WindowScorer scorer = windowScorer();
    scorer.throwIfInterrupted();
    int window = Math.min(settings.window, hits.length);
    WindowTexts texts = WindowTexts.read(settings.textSource, searcher, hits, window, limit);
    String warning =
        texts.allMissing() ? settings.textSource.whyMissing(searcher.getIndexReader()) : null;
    int missing = texts.firstMissing();
    if (missing >= 0 && settings.missingText == MissingText.ERROR) {
      throw new MissingTextException(
          hits[missing].doc,
          "document "
              + hits[missing].doc
              + ", at rank "
              + (missing + 1)
              + " of the first stage, has no text in "
              + settings.textSource
              + (warning == null ? "; choose another MissingText" : ": " + warning));
    }
    ScoredText[] scored = new ScoredText[window];
    RuntimeException failure = null;
    if (texts.complete()) {
      try {
        scored = scorer.score(texts.texts(), limit);
      } catch (RuntimeException e) {
        failure = tolerated(e);
      }
    }
    return new Rescoring(settings, hits, texts, scored, failure, warning);
  }

  private WindowScorer windowScorer() {
    return new WindowScorer(settings.scorer, settings.query, settings.splitter);
  }

  /** Gives back what the first stage can stand in for, and throws the rest. */
  private RuntimeException tolerated(RuntimeException failure) {
    if (isInterrupt(failure)) {
      Thread.currentThread().interrupt();
      throw failure;
    }
    if (settings.onFailure == OnFailure.ERROR) {
      throw failure;
    }
    return failure;
  }

  private static boolean isInterrupt(RuntimeException failure) {
    if (Thread.currentThread().isInterrupted()) {
      return true;
    }
    Throwable cause = failure;
    // Causes can go round in a circle.
    for (int depth = 0; cause != null && depth < 100; depth++) {
      if (cause instanceof InterruptedException || cause instanceof InferenceInterruptedException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /**
   * Explains the score that a document got in the last rescoring of the searcher's reader by this
   * rescorer: the value is that score, the parts are those of both stages.
   *
   * <p>A document that was not among the hits of that rescoring keeps its first-stage score. If
   * there was none, the document's text is scored now, without a time limit: for {@link
   * ScoreFusion#crossEncoder()} that is the score which {@link #rescore} would give; any other
   * fusion depends on the other hits, so that the explanation is no match, and shows the parts that
   * are known.
   *
   * @param searcher searches the index that the document is in
   * @param firstPassExplanation the first stage's explanation of the document
   * @param docID the document
   * @return the explanation
   * @throws IllegalArgumentException if the searcher has no such document
   * @throws IOException if the index cannot be read
   */
  @Override
  public Explanation explain(IndexSearcher searcher, Explanation firstPassExplanation, int docID)
      throws IOException {
    Objects.requireNonNull(firstPassExplanation, "firstPassExplanation");
    int maxDoc = searcher.getIndexReader().maxDoc();
    if (docID < 0 || docID >= maxDoc) {
      throw new IllegalArgumentException(
          "there is no document " + docID + "; the searcher has documents 0 to " + (maxDoc - 1));
    }
    Rescoring rescoring = last.get(searcher.getTopReaderContext().id());
    if (rescoring == null) {
      return explainAlone(searcher, firstPassExplanation, docID);
    }
    Explanation explanation = rescoring.explain(firstPassExplanation, docID);
    return explanation == null
        ? explainUnchanged(firstPassExplanation, rescoring.size())
        : explanation;
  }

  private static Explanation explainUnchanged(Explanation firstPass, int hits) {
    String reason =
        "the document is not among the " + hits + " hits that were last rescored on this reader";
    return firstPass.isMatch()
        ? Explanation.match(
            firstPass.getValue(),
            "first-stage score, as " + reason + ", computed as it is from:",
            firstPass)
        : Explanation.noMatch(reason, firstPass);
  }

  private Explanation explainAlone(IndexSearcher searcher, Explanation firstPass, int doc)
      throws IOException {
    String text = settings.textSource.open(searcher).text(doc);
    if (text == null || text.isBlank()) {
      return Explanation.noMatch(
          "not rescored yet, and without text in " + settings.textSource, firstPass);
    }
    ScoredText scored;
    try {
      TimeLimit none = new TimeLimit(settings.nanoClock, null, List.of());
      scored = windowScorer().score(new String[] {text}, none)[0];
    } catch (RuntimeException e) {
      return Explanation.noMatch(
          "not rescored yet, and the model fails: " + tolerated(e), firstPass);
    }
    Explanation crossEncoder = Rescoring.explainScoredText(settings, scored);
    if (settings.fusion instanceof ScoreFusion.CrossEncoderOnly) {
      return FusedScores.of(settings.fusion, new int[1], new float[1], new float[] {scored.score()})
          .explain(0, crossEncoder, firstPass);
    }
    return Explanation.noMatch(
        "the final score by "
            + settings.fusion
            + " depends on the other hits: rescore them with this rescorer and this reader first",
        crossEncoder,
        firstPass);
  }

  @Override
  public String toString() {
    return "CrossEncoderRescorer[\""
        + settings.query
        + "\" with "
        + settings.textSource
        + " by "
        + settings.scorer
        + ", window="
        + settings.window
        + ", "
        + settings.fusion
        + "]";
  }
}
