package dev.lucenesemantic.benchmarks;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The arguments of a program: {@code --name value}, each name at most once. A name that the program
 * does not have is an error, so that a mistyped option never means the default.
 */
final class Options {
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> descriptions;

  /**
   * Reads the arguments.
   *
   * @param descriptions what each option means, by its name without the dashes
   * @throws UsageException if an argument is none of them
   */
  Options(Map<String, String> descriptions, String... args) {
    this.descriptions = descriptions;
    for (int i = 0; i < args.length; i += 2) {
      String name = args[i].startsWith("--") ? args[i].substring(2) : "";
      if (!descriptions.containsKey(name)) {
        throw new UsageException("unknown argument '" + args[i] + "'");
      }
      if (i + 1 == args.length || args[i + 1].startsWith("--")) {
        throw new UsageException("'" + args[i] + "' needs a value");
      }
      if (values.putIfAbsent(name, args[i + 1]) != null) {
        throw new UsageException("'" + args[i] + "' is given twice");
      }
    }
  }

  /** Names and meanings for a {@link #Options} in the order given: name, meaning, name, ... */
  static Map<String, String> describe(String... namesAndMeanings) {
    Map<String, String> descriptions = new LinkedHashMap<>();
    for (int i = 0; i < namesAndMeanings.length; i += 2) {
      descriptions.put(namesAndMeanings[i], namesAndMeanings[i + 1]);
    }
    return Collections.unmodifiableMap(descriptions);
  }

  /** One line for each option. */
  static String usage(Map<String, String> descriptions) {
    StringBuilder usage = new StringBuilder("arguments:\n");
    descriptions.forEach(
        (name, meaning) ->
            usage
                .append("  --")
                .append(name)
                .append(" ".repeat(Math.max(1, 14 - name.length())))
                .append(meaning)
                .append('\n'));
    return usage.toString();
  }

  /** Whether the option was given. */
  boolean has(String name) {
    return value(name) != null;
  }

  /** The value of an option that must be given. */
  String get(String name) {
    String value = value(name);
    if (value == null) {
      throw new UsageException("'--" + name + "' is missing");
    }
    return value;
  }

  /** The value of an option, or another where it is not given. */
  String get(String name, String otherwise) {
    String value = value(name);
    return value == null ? otherwise : value;
  }

  /** The values of an option that takes several, separated by commas. */
  List<String> getList(String name, String otherwise) {
    String values = get(name, otherwise).strip();
    return values.isEmpty() ? List.of() : List.of(values.split("\\s*,\\s*"));
  }

  /** The value of an option as a whole number of at least 1. */
  int getInt(String name, int otherwise) {
    return wholeNumber(name, get(name, String.valueOf(otherwise)));
  }

  /** The values of an option that takes several whole numbers of at least 1. */
  List<Integer> getInts(String name, String otherwise) {
    return getList(name, otherwise).stream().map(value -> wholeNumber(name, value)).toList();
  }

  private static int wholeNumber(String name, String value) {
    if (!value.matches("[1-9]\\d{0,8}")) {
      throw new UsageException("'--" + name + "' takes a whole number from 1, not '" + value + "'");
    }
    return Integer.parseInt(value);
  }

  /** The value of an option as a number above 0. */
  double getPositive(String name, double otherwise) {
    String value = get(name, String.valueOf(otherwise));
    if (!value.matches("\\d{1,9}(\\.\\d{1,9})?") || Double.parseDouble(value) == 0) {
      throw new UsageException("'--" + name + "' takes a number above 0, not '" + value + "'");
    }
    return Double.parseDouble(value);
  }

  private String value(String name) {
    if (!descriptions.containsKey(name)) {
      throw new IllegalArgumentException(
          "the program reads '" + name + "' but does not declare it");
    }
    return values.get(name);
  }
}
