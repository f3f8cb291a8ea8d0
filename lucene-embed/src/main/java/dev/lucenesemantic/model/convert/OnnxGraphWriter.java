package dev.lucenesemantic.model.convert;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An ONNX model in the making: operators in the order in which they run, small constants, and
 * weights whose bytes lie in a file beside it. Field numbers are those of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
final class OnnxGraphWriter {
  /** What ONNX 1.12 writes, which everything reads that knows {@code LayerNormalization}. */
  private static final int IR_VERSION = 8;

  private static final int OPERATOR_SET = 17;

  /** The types of numbers. */
  enum Type {
    FLOAT(1, 4),
    INT8(3, 1),
    INT64(7, 8);

    private final int code;
    private final int bytes;

    Type(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }

    int code() {
      return code;
    }

    int bytes() {
      return bytes;
    }
  }

  private final List<ProtoWriter> nodes = new ArrayList<>();
  private final List<ProtoWriter> tensors = new ArrayList<>();
  private final List<ProtoWriter> inputs = new ArrayList<>();
  private final List<ProtoWriter> outputs = new ArrayList<>();
  private final Map<String, String> constants = new LinkedHashMap<>();
  private final String dataFile;
  private int values;

  /**
   * Starts a model.
   *
   * @param dataFile the name of the file with the weights
   */
  OnnxGraphWriter(String dataFile) {
    this.dataFile = dataFile;
  }

  // ---- inputs and outputs -----------------------------------------------------------------------

  /** Whole numbers, one row per text. */
  String input(String name) {
    inputs.add(value(name, Type.INT64, List.of("batch_size", "sequence_length")));
    return name;
  }

  /**
   * Gives a value to the outside.
   *
   * @param dimensions each a number, or a name for one that is not known before
   */
  void output(String value, String name, List<Object> dimensions) {
    add("Identity", List.of(value), List.of(name), Map.of());
    outputs.add(value(name, Type.FLOAT, dimensions));
  }

  private static ProtoWriter value(String name, Type type, List<?> dimensions) {
    ProtoWriter shape = new ProtoWriter();
    for (Object dimension : dimensions) {
      ProtoWriter size = new ProtoWriter();
      if (dimension instanceof Number number) {
        size.number(1, number.longValue());
      } else {
        size.text(2, dimension.toString());
      }
      shape.message(1, size);
    }
    ProtoWriter tensor = new ProtoWriter().number(1, type.code).message(2, shape);
    return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, tensor));
  }

  // ---- operators --------------------------------------------------------------------------------

  /** An operator without attributes and with one result. */
  String add(String operator, String... from) {
    return add(operator, Map.of(), from);
  }

  /** An operator with one result. */
  String add(String operator, Map<String, Object> attributes, String... from) {
    return add(operator, attributes, 1, from).get(0);
  }

  /** An operator with several results. */
  List<String> add(String operator, Map<String, Object> attributes, int results, String... from) {
    List<String> to = new ArrayList<>();
    for (int i = 0; i < results; i++) {
      to.add(operator + "_" + values++);
    }
    add(operator, List.of(from), to, attributes);
    return to;
  }

  private void add(
      String operator, List<String> from, List<String> to, Map<String, Object> attributes) {
    ProtoWriter node = new ProtoWriter();
    from.forEach(name -> node.text(1, name));
    to.forEach(name -> node.text(2, name));
    node.text(3, "node_" + to.get(0)).text(4, operator);
    attributes.forEach((name, value) -> node.message(5, attribute(name, value)));
    nodes.add(node);
  }

  private static ProtoWriter attribute(String name, Object value) {
    ProtoWriter attribute = new ProtoWriter().text(1, name);
    return switch (value) {
      case Float number -> attribute.decimal(2, number).number(20, 1);
      case Integer number -> attribute.number(3, number).number(20, 2);
      case int[] numbers -> {
        for (int number : numbers) {
          attribute.number(8, number);
        }
        yield attribute.number(20, 7);
      }
      default -> throw new IllegalArgumentException(name + " is " + value);
    };
  }

  // ---- constants --------------------------------------------------------------------------------

  /** A single number. */
  String constant(float value) {
    return constants.computeIfAbsent(
        "float " + value,
        key -> {
          byte[] bytes = new byte[Float.BYTES];
          littleEndian(bytes).putFloat(value);
          return small(Type.FLOAT, new long[0], bytes);
        });
  }

  /** A single whole number. */
  String constant(long value) {
    return constants.computeIfAbsent(
        "int " + value, key -> small(Type.INT64, new long[0], bytes(value)));
  }

  /** A list of whole numbers. */
  String constants(long... list) {
    return constants.computeIfAbsent(
        "ints " + Arrays.toString(list),
        key -> small(Type.INT64, new long[] {list.length}, bytes(list)));
  }

  private static byte[] bytes(long... list) {
    byte[] bytes = new byte[list.length * Long.BYTES];
    ByteBuffer buffer = littleEndian(bytes);
    for (long value : list) {
      buffer.putLong(value);
    }
    return bytes;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String small(Type type, long[] shape, byte[] bytes) {
    String name = "constant_" + constants.size();
    tensors.add(tensor(name, type, shape).bytes(9, bytes));
    return name;
  }

  /**
   * Weights in the other file.
   *
   * @param offset where they begin in it
   */
  String weights(String name, Type type, long[] shape, long offset) {
    long length = type.bytes;
    for (long dimension : shape) {
      length = Math.multiplyExact(length, dimension);
    }
    tensors.add(
        tensor(name, type, shape)
            .message(13, entry("location", dataFile))
            .message(13, entry("offset", Long.toString(offset)))
            .message(13, entry("length", Long.toString(length)))
            .number(14, 1));
    return name;
  }

  private static ProtoWriter tensor(String name, Type type, long[] shape) {
    ProtoWriter tensor = new ProtoWriter();
    for (long dimension : shape) {
      tensor.number(1, dimension);
    }
    return tensor.number(2, type.code).text(8, name);
  }

  private static ProtoWriter entry(String key, String value) {
    return new ProtoWriter().text(1, key).text(2, value);
  }

  // ---- the whole --------------------------------------------------------------------------------

  /** The content of the ONNX file. */
  byte[] toByteArray() {
    ProtoWriter graph = new ProtoWriter();
    nodes.forEach(node -> graph.message(1, node));
    graph.text(2, "encoder");
    tensors.forEach(tensor -> graph.message(5, tensor));
    inputs.forEach(input -> graph.message(11, input));
    outputs.forEach(output -> graph.message(12, output));
    return new ProtoWriter()
        .number(1, IR_VERSION)
        .text(2, "lucene-semantic")
        .message(7, graph)
        .message(8, new ProtoWriter().text(1, "").number(2, OPERATOR_SET))
        .toByteArray();
  }
}
