package dev.lucenesemantic.examples.searchdocs;

import java.util.List;

/**
 * What one kind of search found.
 *
 * @param method its name
 * @param millis how long it took
 * @param hits the best first
 * @param whyNone what to say where there are none
 */
public record Answer(String method, double millis, List<Hit> hits, String whyNone) {

  /**
   * A passage that was found.
   *
   * @param score the higher the better; of different methods not comparable
   * @param title of the passage
   * @param text of the passage
   */
  public record Hit(float score, String title, String text) {}
}
