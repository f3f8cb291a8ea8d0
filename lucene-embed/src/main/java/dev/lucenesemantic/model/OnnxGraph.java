package dev.lucenesemantic.model;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What must be known of an ONNX file before it is run: which operators are in it, and which files
 * hold weights of it. The weights themselves are skipped, so that of a large file little is read.
 *
 * <p>The format is protobuf's, with the messages of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 *
 * @param operators the types of all operators, those of inner graphs and functions included
 * @param externalData the places of weights outside of the file, as it writes them
 */
public record OnnxGraph(Set<String> operators, Set<String> externalData) {
  /** Protobuf's own limit. */
  private static final int MAX_DEPTH = 100;

  /** Longer ones are no names. */
  private static final int MAX_NAME = 1 << 16;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private enum Message {
    MODEL,
    GRAPH,
    FUNCTION,
    NODE,
    ATTRIBUTE,
    TENSOR,
    SPARSE_TENSOR,
    ENTRY
  }

  /** The fields that lead to operators and to external data. */
  private static final Map<Message, Map<Integer, Message>> FIELDS =
      Map.of(
          Message.MODEL, Map.of(7, Message.GRAPH, 25, Message.FUNCTION),
          Message.GRAPH, Map.of(1, Message.NODE, 5, Message.TENSOR, 15, Message.SPARSE_TENSOR),
          Message.FUNCTION, Map.of(7, Message.NODE, 11, Message.ATTRIBUTE),
          Message.NODE, Map.of(5, Message.ATTRIBUTE),
          Message.ATTRIBUTE,
              Map.of(
                  5,
                  Message.TENSOR,
                  6,
                  Message.GRAPH,
                  10,
                  Message.TENSOR,
                  11,
                  Message.GRAPH,
                  22,
                  Message.SPARSE_TENSOR,
                  23,
                  Message.SPARSE_TENSOR),
          Message.TENSOR, Map.of(13, Message.ENTRY),
          Message.SPARSE_TENSOR, Map.of(1, Message.TENSOR, 2, Message.TENSOR),
          Message.ENTRY, Map.of());

  private static final String DYNAMIC_QUANTIZATION = "DynamicQuantize";

  private static final int OPERATOR_TYPE = 4;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;

  /** Copies the sets. */
  public OnnxGraph {
    operators = Collections.unmodifiableSet(new TreeSet<>(operators));
    externalData = Collections.unmodifiableSet(new TreeSet<>(externalData));
  }

  /**
   * Reads a file.
   *
   * @param file the ONNX file
   * @return what is in it; of a damaged file what stands before the damage, as it is for ONNX
   *     Runtime to refuse it
   * @throws ModelException if it cannot be read
   */
  public static OnnxGraph read(ModelFile file) {
    try (InputStream in = file.open()) {
      Walk walk = new Walk(in);
      try {
        walk.message(Message.MODEL, Long.MAX_VALUE, 0);
      } catch (DamagedException | EOFException e) {
        // Kept as far as it goes.
      }
      return new OnnxGraph(walk.operators, walk.externalData);
    } catch (IOException e) {
      throw new ModelException(file.location(), "cannot be read: " + e, e);
    }
  }

  /**
   * Whether the network computes with 8-bit numbers that are scaled while it runs, by the largest
   * value of a batch. Such numbers are near to those of the original, and not the same.
   *
   * @return true if an operator says so
   */
  public boolean isDynamicallyQuantized() {
    return operators.stream().anyMatch(operator -> operator.startsWith(DYNAMIC_QUANTIZATION));
  }

  /**
   * Whether a file beside the ONNX file holds weights of it.
   *
   * @param fileName its name, without a path
   * @return true if the ONNX file says so
   */
  public boolean hasWeightsIn(String fileName) {
    return externalData.stream()
        .anyMatch(place -> place.substring(place.lastIndexOf('/') + 1).equals(fileName));
  }

  private static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Walk {
    private final InputStream in;
    private long position;
    private final Set<String> operators = new TreeSet<>();
    private final Set<String> externalData = new TreeSet<>();

    Walk(InputStream in) {
      this.in = in;
    }

    void message(Message message, long end, int depth) throws IOException {
      if (depth > MAX_DEPTH) {
        throw new DamagedException();
      }
      String key = "";
      String value = "";
      while (position < end) {
        long tag = varint(end == Long.MAX_VALUE);
        if (tag < 0) {
          return;
        }
        int field = (int) (tag >>> 3);
        switch ((int) (tag & 7)) {
          case VARINT -> varint(false);
          case FIXED64 -> skip(8);
          case FIXED32 -> skip(4);
          case BYTES -> {
            long length = varint(false);
            if (length < 0 || length > end - position) {
              throw new DamagedException();
            }
            Message inner = FIELDS.get(message).get(field);
            if (inner != null) {
              message(inner, position + length, depth + 1);
            } else if (message == Message.NODE && field == OPERATOR_TYPE) {
              operators.add(text(length));
            } else if (message == Message.ENTRY && field == ENTRY_KEY) {
              key = text(length);
            } else if (message == Message.ENTRY && field == ENTRY_VALUE) {
              value = text(length);
            } else {
              skip(length);
            }
          }
          default -> throw new DamagedException();
        }
      }
      if (message == Message.ENTRY && key.equals("location")) {
        externalData.add(value);
      }
    }

    /** A number; -1 at the end of the file where that may come. */
    private long varint(boolean mayEnd) throws IOException {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        int next = in.read();
        if (next < 0) {
          if (mayEnd && shift == 0) {
            return -1;
          }
          throw new EOFException();
        }
        position++;
        value |= (long) (next & 0x7f) << shift;
        if (next < 0x80) {
          return value;
        }
      }
      throw new DamagedException();
    }

    private void skip(long length) throws IOException {
      in.skipNBytes(length);
      position += length;
    }

    private String text(long length) throws IOException {
      if (length > MAX_NAME) {
        throw new DamagedException();
      }
      byte[] bytes = in.readNBytes((int) length);
      if (bytes.length < length) {
        throw new EOFException();
      }
      position += length;
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
