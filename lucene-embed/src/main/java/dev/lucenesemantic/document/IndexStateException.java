package dev.lucenesemantic.document;

/**
 * The documents of an index cannot get or lose vectors as it is now: another migration has not
 * ended, documents have no vector yet, or a field has more than vectors. The message names the
 * field and says what to do first. Nothing that was done before is lost.
 */
public final class IndexStateException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  IndexStateException(String message) {
    super(message);
  }
}
