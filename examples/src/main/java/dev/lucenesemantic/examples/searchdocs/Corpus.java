package dev.lucenesemantic.examples.searchdocs;

import java.io.IOException;
import java.io.PrintStream;
import java.util.stream.Stream;

/** Something to search in. */
public interface Corpus {

  /**
   * What a person calls it.
   *
   * @return a short phrase, for example {@code Lucene 10.5.1 API documentation}
   */
  String name();

  /**
   * A name for the folder of its index.
   *
   * @return letters, digits, {@code .}, {@code _} and {@code -}; different for different places
   */
  String slug();

  /**
   * Identifies the text: an index built from another fingerprint is out of date.
   *
   * @return any string
   * @throws IOException if the text cannot be reached
   */
  String fingerprint() throws IOException;

  /**
   * Reads everything once, says what could not be read, and counts the passages.
   *
   * @param notes where to say it
   * @return how many passages {@link #passages()} gives
   * @throws IOException if the text cannot be reached
   */
  long count(PrintStream notes) throws IOException;

  /**
   * The passages, each id once.
   *
   * @return a stream to be closed
   * @throws IOException if the text cannot be reached
   */
  Stream<Passage> passages() throws IOException;
}
