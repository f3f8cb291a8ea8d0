package dev.lucenesemantic.hub;

import dev.lucenesemantic.model.ModelException;

/**
 * A model of the hub cannot be had: it is not in the cache and not reachable, gated, damaged on its
 * way, too large, or not the one that was locked. The message names it and says what to do.
 */
public final class HubException extends ModelException {
  /**
   * Without a cause.
   *
   * @param location the model, page or file at fault
   * @param problem what is wrong and what to do about it
   */
  public HubException(String location, String problem) {
    super(location, problem);
  }

  /**
   * With a cause.
   *
   * @param location the model, page or file at fault
   * @param problem what is wrong and what to do about it
   * @param cause what was thrown underneath; may be null
   */
  public HubException(String location, String problem, Throwable cause) {
    super(location, problem, cause);
  }
}
