package dev.lucenesemantic.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the doctor says of one thing.
 *
 * @param status how it is
 * @param area what was looked at
 * @param message what was found
 * @param advice what to do; empty for nothing
 */
record Finding(Status status, String area, String message, String advice) {

  /** How something is. */
  enum Status {
    /** As it should be. */
    OK,
    /** It works, but not as well as it could. */
    WARN,
    /** It does not work. */
    FAIL;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String area, String message) {
    return new Finding(Status.OK, area, message, "");
  }

  static Finding ok(String area, String message, String advice) {
    return new Finding(Status.OK, area, message, advice);
  }

  static Finding warn(String area, String message, String advice) {
    return new Finding(Status.WARN, area, message, advice);
  }

  static Finding fail(String area, String message, String advice) {
    return new Finding(Status.FAIL, area, message, advice);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", status.word());
    json.put("area", area);
    json.put("message", message);
    json.put("advice", advice.isEmpty() ? null : advice);
    return json;
  }
}
