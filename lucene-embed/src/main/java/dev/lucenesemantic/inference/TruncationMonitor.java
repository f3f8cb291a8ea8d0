package dev.lucenesemantic.inference;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the texts that a model could not read to their end, and does with them what was chosen.
 */
public final class TruncationMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(TruncationMonitor.class);
  private static final int EXCERPT = 60;

  private final String model;
  private final TruncationPolicy policy;
  private final int limit;
  private final LongAdder read = new LongAdder();
  private final LongAdder truncated = new LongAdder();
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * For a model.
   *
   * @param model the model's name and where it is, for messages
   * @param policy what happens to a text beyond the limit
   * @param limit the model's limit in tokens
   */
  public TruncationMonitor(String model, TruncationPolicy policy, int limit) {
    this.model = model;
    this.policy = policy;
    this.limit = limit;
  }

  /**
   * Does what was chosen with a text that is too long.
   *
   * @param tokens the text's tokens
   * @param text the text, for messages
   * @return the tokens
   * @throws TextTooLongException if it is too long, and that was chosen
   */
  public TokenIds check(TokenIds tokens, String text) {
    if (tokens.truncated()) {
      switch (policy) {
        case FAIL -> {
          truncated.increment();
          throw new TextTooLongException(model, limit, excerpt(text));
        }
        case WARN -> warnOnce(text);
        case SILENT -> {}
      }
    }
    return tokens;
  }

  /**
   * Counts a text that went through the model.
   *
   * @param tokens the text's tokens
   */
  public void count(TokenIds tokens) {
    read.increment();
    if (tokens.truncated()) {
      truncated.increment();
    }
  }

  private void warnOnce(String text) {
    if (warned.compareAndSet(false, true)) {
      LOG.warn(
          "Model {} reads {} tokens, and a text has more; what is beyond them does not count."
              + " Further such texts are counted and not logged. It begins: {}",
          model,
          limit,
          excerpt(text));
    }
  }

  private static String excerpt(String text) {
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "...";
  }

  /**
   * How many texts went through the model.
   *
   * @return those that were counted
   */
  public long read() {
    return read.sum();
  }

  /**
   * How many texts were too long.
   *
   * @return those that were cut or refused
   */
  public long truncated() {
    return truncated.sum();
  }
}
