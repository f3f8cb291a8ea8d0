package dev.lucenesemantic.embed;

import dev.lucenesemantic.inference.TokenSpans;
import dev.lucenesemantic.inference.Transformer;

/**
 * The tokens of texts on one road of a model.
 *
 * @param transformer what reads the texts
 * @param prompt what stands before each of them
 */
record RoadTokens(Transformer transformer, String prompt) implements DocumentTokens {

  @Override
  public int limit() {
    return transformer.tokenizer().maxLength();
  }

  @Override
  public int count(String text) {
    return transformer.runner().whileOpen(() -> transformer.tokenizer().countAtOnce(prompt, text));
  }

  @Override
  public TokenSpans spans(String text) {
    return transformer.runner().whileOpen(() -> transformer.tokenizer().spans(text));
  }

  @Override
  public boolean independentWords() {
    return transformer.tokenizer().independentWords()
        && (prompt.isEmpty() || prompt.endsWith(" ") || prompt.endsWith("\n"));
  }
}
