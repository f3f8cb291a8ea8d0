package dev.lucenesemantic.hub;

import dev.lucenesemantic.model.ModelException;

/**
 * A model of the hub cannot be had: it is not in the cache and not reachable, gated, damaged on its
 * way, too large, or not the one that was locked. The message names it and says what to do.
 */
public final class HubException extends ModelException {
  private static final long serialVersionUID = 1;

  /** Whether there may be no such model. */
  private final boolean nowhere;

  /**
   * Without a cause.
   *
   * @param location the model, page or file at fault
   * @param problem what is wrong and what to do about it
   */
  public HubException(String location, String problem) {
    this(location, problem, null);
  }

  /**
   * With a cause.
   *
   * @param location the model, page or file at fault
   * @param problem what is wrong and what to do about it
   * @param cause what was thrown underneath; may be null
   */
  public HubException(String location, String problem, Throwable cause) {
    this(location, problem, cause, false);
  }

  HubException(String location, String problem, Throwable cause, boolean nowhere) {
    super(location, problem, cause);
    this.nowhere = nowhere;
  }

  /**
   * Whether there may be no such model: the cache has nothing of it, and the hub does not know it
   * or could not be asked. What was given may then be meant as something else, as a folder.
   *
   * @return false if something else is the matter, as with a full disk or a gated model
   */
  public boolean isNowhere() {
    return nowhere;
  }
}
