package dev.lucenesemantic.hub;

import java.io.IOException;

/** A file on this disk cannot be written, which no other attempt with the server would change. */
final class LocalFileException extends IOException {
  private static final long serialVersionUID = 1;

  LocalFileException(String message, IOException cause) {
    super(message, cause);
  }
}
