package dev.lucenesemantic.embed;

import dev.lucenesemantic.inference.TokenSpans;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@link FakeEmbedder} whose tokens are words and single marks, with two special tokens around
 * them and a prompt of so many tokens before them.
 */
public class WordTokens extends FakeEmbedder {
  private static final Pattern TOKEN =
      Pattern.compile("[\\p{L}\\p{N}\\p{M}]+|[^\\s\\p{L}\\p{N}\\p{M}]");

  /** Whether no document can be encoded at the moment. */
  public volatile boolean broken;

  private final int limit;
  private final int prompt;

  public WordTokens(String fingerprint, int dimension, int limit, int prompt) {
    super(fingerprint, dimension);
    this.limit = limit;
    this.prompt = prompt;
  }

  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    if (broken) {
      throw new IllegalStateException("the model is out of order");
    }
    return super.embedDocuments(texts);
  }

  @Override
  public Optional<DocumentTokens> documentTokens() {
    return Optional.of(
        new DocumentTokens() {
          @Override
          public int limit() {
            return limit;
          }

          @Override
          public int count(String text) {
            return spans(text).size() + prompt + 2;
          }

          @Override
          public TokenSpans spans(String text) {
            Matcher matcher = TOKEN.matcher(text);
            MatchResult[] found = matcher.results().toArray(MatchResult[]::new);
            int[] starts = new int[found.length];
            int[] ends = new int[found.length];
            for (int i = 0; i < found.length; i++) {
              starts[i] = found[i].start();
              ends[i] = found[i].end();
            }
            return new TokenSpans(starts, ends, true);
          }
        });
  }
}
