package dev.lucenesemantic.model.convert;

/** What a converted network gives. */
public enum Head {
  /** {@code last_hidden_state}, one vector per token: for a bi-encoder. */
  TOKEN_VECTORS,
  /** {@code logits}, one score per label: for a cross-encoder. */
  LABEL_SCORES
}
