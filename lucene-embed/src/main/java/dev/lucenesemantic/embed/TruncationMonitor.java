package dev.lucenesemantic.embed;

import dev.lucenesemantic.inference.TextTooLongException;
import dev.lucenesemantic.inference.TokenIds;
import dev.lucenesemantic.inference.TruncationPolicy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the texts that a model could not read to their end, and does with them what was chosen.
 */
final class TruncationMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(SentenceTransformer.class);
  private static final int EXCERPT = 60;

  private final String model;
  private final TruncationPolicy policy;
  private final int limit;
  private final LongAdder encoded = new LongAdder();
  private final LongAdder truncated = new LongAdder();
  private final AtomicBoolean warned = new AtomicBoolean();

  TruncationMonitor(String model, TruncationPolicy policy, int limit) {
    this.model = model;
    this.policy = policy;
    this.limit = limit;
  }

  /** Does what was chosen with a text that is too long; hands the tokens on. */
  TokenIds check(TokenIds tokens, String text) {
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

  /** Counts a text that was encoded. */
  void count(TokenIds tokens) {
    encoded.increment();
    if (tokens.truncated()) {
      truncated.increment();
    }
  }

  private void warnOnce(String text) {
    if (warned.compareAndSet(false, true)) {
      LOG.warn(
          "Model {} reads {} tokens of a text, and this one has more; what follows is not in its"
              + " vector. Further such texts are counted and not logged. It begins: {}",
          model,
          limit,
          excerpt(text));
    }
  }

  private static String excerpt(String text) {
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "...";
  }

  long encoded() {
    return encoded.sum();
  }

  long truncated() {
    return truncated.sum();
  }
}
