package dev.lucenesemantic.cli;

import java.lang.reflect.InvocationTargetException;

/**
 * Starts the program, if this Java can run it. Compiled for Java 8, so that an older Java says what
 * is missing in words and not by the name of an error.
 */
public final class Launcher {
  private static final int OLDEST_JAVA = 21;

  private Launcher() {}

  /**
   * Starts the program.
   *
   * @param args the command and its arguments
   * @throws ReflectiveOperationException if the program is not in the jar
   */
  public static void main(String[] args) throws ReflectiveOperationException {
    String version = System.getProperty("java.specification.version", "");
    if (!isNewEnough(version)) {
      System.err.println(
          "This program needs Java "
              + OLDEST_JAVA
              + " or newer, and this is Java "
              + version
              + " ("
              + System.getProperty("java.home")
              + "). Start it with a newer one: /path/to/jdk/bin/java -jar ...");
      System.exit(2);
    }
    try {
      Class.forName("dev.lucenesemantic.cli.Main")
          .getMethod("main", String[].class)
          .invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  static boolean isNewEnough(String specificationVersion) {
    try {
      return Integer.parseInt(specificationVersion) >= OLDEST_JAVA;
    } catch (NumberFormatException e) {
      // Up to Java 8 it was 1.8.
      return false;
    }
  }
}
