package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/** A file of a BEIR folder that is not what it should be; the message names the file and line. */
final class BeirFormatException extends IOException {

  BeirFormatException(Path file, long line, String problem, Throwable cause) {
    super(file + ":" + line + ": " + problem, cause);
  }

  BeirFormatException(Path path, String problem) {
    super(path + ": " + problem);
  }
}
