package dev.lucenesemantic.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Writes results for other programs: maps, lists, texts, numbers and nulls. */
final class Json {
  private static final GsonBuilder BUILDER =
      new GsonBuilder().disableHtmlEscaping().serializeNulls();
  private static final Gson LINE = BUILDER.create();
  private static final Gson OBJECT = BUILDER.setPrettyPrinting().create();

  private Json() {}

  /** An object on several lines. */
  static void print(PrintStream out, Object value) {
    out.println(OBJECT.toJson(value));
  }

  /** An object on a line of its own. */
  static void printLine(PrintStream out, Object value) {
    out.println(LINE.toJson(value));
  }

  /** Numbers as JSON has them, which knows neither NaN nor infinity: they become null. */
  static List<Float> numbers(float[] values) {
    List<Float> numbers = new ArrayList<>(values.length);
    for (float value : values) {
      numbers.add(Float.isFinite(value) ? (Float) value : null);
    }
    return numbers;
  }
}
