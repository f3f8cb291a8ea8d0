package dev.lucenesemantic.examples.searchdocs;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * What was asked for on the command line.
 *
 * @param query a question of one's own; none: a few are asked
 * @param folder a folder of one's own; none: Lucene's API documentation
 * @param model a bundled model's name, or a model folder; none: the default
 * @param reranker a bundled reranker's name, a cross-encoder's folder, or {@code none}; not given:
 *     the default
 * @param k how many hits for each question
 * @param rebuild whether a kept index is built again
 * @param indexes the folder in which indexes are kept
 */
public record Settings(
    Optional<String> query,
    Optional<Path> folder,
    Optional<String> model,
    Optional<String> reranker,
    int k,
    boolean rebuild,
    Path indexes) {

  private static final int MAX_K = 50;

  /**
   * Reads the settings. A property that is empty counts as not given.
   *
   * @param properties {@code query}, {@code folder}, {@code model}, {@code reranker}, {@code k},
   *     {@code rebuild} and {@code index}
   * @return the settings
   * @throws Refusal if one makes no sense
   */
  public static Settings of(Properties properties) throws Refusal {
    Optional<String> query = given(properties, "query");
    if (query.isPresent() && query.get().isBlank()) {
      throw new Refusal("The question is blank: ask one with -Dquery=\"...\"");
    }
    Optional<String> folder = given(properties, "folder");
    return new Settings(
        query.map(String::strip),
        folder.isPresent() ? Optional.of(path(folder.get(), "folder")) : Optional.empty(),
        given(properties, "model"),
        given(properties, "reranker"),
        hits(given(properties, "k"), query.isPresent() ? 5 : 3),
        yes(given(properties, "rebuild")),
        path(given(properties, "index").orElse("target/indexes"), "index"));
  }

  private static Optional<String> given(Properties properties, String name) {
    return Optional.ofNullable(properties.getProperty(name)).filter(value -> !value.isEmpty());
  }

  private static Path path(String value, String name) throws Refusal {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw new Refusal("-D" + name + " is not a path: " + PlainText.oneLine(value), e);
    }
  }

  private static int hits(Optional<String> value, int otherwise) throws Refusal {
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      int k = Integer.parseInt(value.get());
      if (k >= 1 && k <= MAX_K) {
        return k;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new Refusal(
        "-Dk is the number of hits, from 1 to "
            + MAX_K
            + ", and not "
            + PlainText.oneLine(value.get()));
  }

  private static boolean yes(Optional<String> value) throws Refusal {
    return switch (value.orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new Refusal("-Drebuild is true or false, not " + PlainText.oneLine(value.get()));
    };
  }
}
