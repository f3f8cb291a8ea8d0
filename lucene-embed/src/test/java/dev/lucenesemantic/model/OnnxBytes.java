package dev.lucenesemantic.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** ONNX files in protobuf's wire format, made by hand. */
public final class OnnxBytes {
  private OnnxBytes() {}

  /** A model whose tensors are in files beside it. */
  public static byte[] withWeightsIn(String... files) {
    byte[] graph = {};
    for (String file : files) {
      byte[] entry = message(13, message(1, "location"), message(2, file));
      graph = join(graph, message(5, entry));
    }
    return message(7, graph);
  }

  /** An operator of a graph. */
  public static byte[] node(String type) {
    return message(1, message(4, type));
  }

  /** A field with a text. */
  public static byte[] message(int field, String text) {
    return message(field, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A field with a message of several parts. */
  public static byte[] message(int field, byte[]... content) {
    byte[] all = join(content);
    return join(varint(field << 3 | 2), varint(all.length), all);
  }

  private static byte[] varint(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int rest = value;
    while (rest >= 0x80) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    return out.toByteArray();
  }

  /** All parts in one. */
  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
