package dev.lucenesemantic.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Objects;
import java.util.Optional;

/**
 * The parts of a tokenizer that Python (transformers 5) builds anew from the options of the
 * tokenizer's class, whatever {@code tokenizer.json} says of them. Each is JSON as that file would
 * have it; an empty one is taken from the file.
 *
 * @param normalizer what is done to a text before it is split; {@code null} in JSON for nothing
 * @param keepCharsMap whether the file's table of characters (a {@code Precompiled} normaliser) is
 *     used: in the place of a step {@code Precompiled} without a table, or behind the normaliser
 * @param preTokenizer how a text is split into words
 * @param model the settings of the model that are not those of the file
 * @param addedTokens what is added to the file's {@code added_tokens}, a list; a token without a
 *     number has the one of the vocabulary, or a new one
 * @param postProcessor what is put around a text and a pair of texts; special tokens without a
 *     number have the one that the file gives them
 */
public record TokenizerParts(
    Optional<String> normalizer,
    boolean keepCharsMap,
    Optional<String> preTokenizer,
    Optional<String> model,
    Optional<String> addedTokens,
    Optional<String> postProcessor) {

  /** A tokenizer that is used as its file has it. */
  public static final TokenizerParts NONE =
      new TokenizerParts(
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** Checks that nothing is null. */
  public TokenizerParts {
    Objects.requireNonNull(normalizer, "normalizer");
    Objects.requireNonNull(preTokenizer, "preTokenizer");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(addedTokens, "addedTokens");
    Objects.requireNonNull(postProcessor, "postProcessor");
  }

  TokenizerParts withModel(Optional<JsonObject> settings) {
    return new TokenizerParts(
        normalizer,
        keepCharsMap,
        preTokenizer,
        settings.map(JsonObject::toString),
        addedTokens,
        postProcessor);
  }

  TokenizerParts withPostProcessor(Optional<JsonObject> part) {
    return new TokenizerParts(
        normalizer, keepCharsMap, preTokenizer, model, addedTokens, part.map(JsonObject::toString));
  }

  TokenizerParts withAddedTokens(JsonArray tokens) {
    return new TokenizerParts(
        normalizer,
        keepCharsMap,
        preTokenizer,
        model,
        tokens.isEmpty() ? Optional.empty() : Optional.of(tokens.toString()),
        postProcessor);
  }

  /** The settings that are there: fingerprints are made of it. */
  @Override
  public String toString() {
    return "TokenizerParts[normalizer="
        + normalizer
        + ", keepCharsMap="
        + keepCharsMap
        + ", preTokenizer="
        + preTokenizer
        + model.map(settings -> ", model=" + settings).orElse("")
        + addedTokens.map(tokens -> ", addedTokens=" + tokens).orElse("")
        + postProcessor.map(part -> ", postProcessor=" + part).orElse("")
        + "]";
  }
}
