package dev.lucenesemantic.cli;

import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.rerank.CrossEncoder;
import dev.lucenesemantic.rerank.TextPair;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** A short look at what this machine does in a second; no benchmark. */
final class SpeedTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long WARM_UP = SECOND / 4;

  private static final String SHORT = "How do I get the next page of results in a search?";
  private static final String QUERY = "how many people live in London?";

  /** Some 110 tokens, as a passage has them. */
  private static final String PASSAGE =
      "London is the capital and the largest city of England and of the United Kingdom. It stands"
          + " on the River Thames in the south-east of England, at the head of an estuary down to"
          + " the North Sea, and has been a major settlement for nearly two thousand years. Its"
          + " ancient core and financial centre was founded by the Romans as Londinium. Around nine"
          + " million people live in the city, which is governed by a mayor and an assembly, and"
          + " many more come every day to work in it.";

  private static final String LONG = PASSAGE + " " + PASSAGE;

  /** Long texts a second on a core that is in trouble: a third of the slowest that was measured. */
  private static final double SLOW = 7;

  private final SentenceTransformer encoder;
  private final CrossEncoder reranker;
  private final LongSupplier nanoTime;
  private final int cores;

  /**
   * What was measured.
   *
   * @param shortTexts texts of a line a second
   * @param longTexts texts of two paragraphs a second
   * @param pairs a second
   * @param queryMillis milliseconds for one query
   */
  record Speed(double shortTexts, double longTexts, double pairs, double queryMillis) {
    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("short_texts_per_second", shortTexts);
      json.put("long_texts_per_second", longTexts);
      json.put("pairs_per_second", pairs);
      json.put("query_milliseconds", queryMillis);
      return json;
    }
  }

  SpeedTest(SentenceTransformer encoder, CrossEncoder reranker, LongSupplier nanoTime, int cores) {
    this.encoder = encoder;
    this.reranker = reranker;
    this.nanoTime = nanoTime;
    this.cores = cores;
  }

  Speed run() {
    List<String> shortTexts = Collections.nCopies(64, SHORT);
    List<String> longTexts = Collections.nCopies(Math.max(8, 2 * cores), LONG);
    List<TextPair> pairs =
        Collections.nCopies(Math.max(8, 2 * cores), new TextPair(QUERY, PASSAGE));
    double queries = perSecond(1, () -> encoder.embedQuery(QUERY));
    return new Speed(
        perSecond(shortTexts.size(), () -> encoder.encode(shortTexts)),
        perSecond(longTexts.size(), () -> encoder.encode(longTexts)),
        perSecond(pairs.size(), () -> reranker.predict(pairs)),
        1000 / queries);
  }

  private double perSecond(int texts, Runnable work) {
    long start = nanoTime.getAsLong();
    do {
      work.run();
    } while (nanoTime.getAsLong() - start < WARM_UP);
    long count = 0;
    start = nanoTime.getAsLong();
    long passed;
    do {
      work.run();
      count += texts;
      passed = nanoTime.getAsLong() - start;
    } while (passed < SECOND);
    return (double) count * SECOND / passed;
  }

  List<Finding> findings(Speed speed) {
    int shortTokens = encoder.tokenize(SHORT).length();
    int longTokens = encoder.tokenize(LONG).length();
    int pairTokens = reranker.tokenize(new TextPair(QUERY, PASSAGE)).length();
    String measured =
        Words.about(speed.shortTexts())
            + " texts of "
            + shortTokens
            + " tokens a second, "
            + Words.about(speed.longTexts())
            + " of "
            + longTokens
            + "; a query takes "
            + Words.about(speed.queryMillis())
            + " ms";
    String meaning =
        "10,000 passages of two paragraphs are encoded in about "
            + duration(10_000 / speed.longTexts());
    Finding encoding =
        speed.longTexts() / cores < SLOW
            ? Finding.warn(
                "encoding speed",
                measured + ": slow",
                "healthy cores do 20 long texts a second each, with VNNI 60: something else is"
                    + " running"
                    + load()
                    + ", or the container's CPU is limited")
            : Finding.ok("encoding speed", measured, meaning);
    return List.of(
        encoding,
        Finding.ok(
            "rerank speed",
            Words.about(speed.pairs()) + " pairs of " + pairTokens + " tokens a second",
            "the 50 best hits of a search are reranked in about "
                + Words.about(50_000 / speed.pairs())
                + " ms"));
  }

  /** How many threads want to run; systems that do not say it give a negative number. */
  private static String load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? "" : " (the load of the machine is " + Words.about(load) + ")";
  }

  private static String duration(double seconds) {
    return seconds < 90
        ? Words.about(seconds) + " seconds"
        : seconds < 5400
            ? Words.about(seconds / 60) + " minutes"
            : Words.about(seconds / 3600) + " hours";
  }
}
