package dev.lucenesemantic.rerank;

/** What became of a hit while it was rescored. */
enum HitState {
  /** The model gave it a number. */
  SCORED("scored"),

  /** The model gave it NaN. */
  NOT_A_NUMBER("the cross-encoder gave NaN, so the hit is placed at the end of the window"),

  /** There is nothing that the model could read. */
  NO_TEXT("the hit has no text"),

  /** The time was over before its turn. */
  OUT_OF_TIME("the time was over before the hit was scored, so it is placed below those that were"),

  /** It was not to be scored. */
  BELOW_WINDOW("the hit is below the window, so it is placed below all hits of the window");

  private final String reason;

  HitState(String reason) {
    this.reason = reason;
  }

  /** Why the hit stands where it does, for an explanation. */
  String reason() {
    return reason;
  }
}
