package dev.lucenesemantic.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code .safetensors} file: named tensors, of which single ones are read. The header is read and
 * checked against the length of the file when it is opened; values are read from the disk when they
 * are asked for, and nothing stays open between.
 *
 * <p>The format is that of https://github.com/huggingface/safetensors: the length of the header (8
 * bytes, little-endian), the header as JSON, and the bytes of the tensors without gaps.
 */
public final class Safetensors {
  /** The format's own limit. */
  private static final long MAX_HEADER = 100_000_000;

  private static final int CHUNK = 1 << 20;

  /** How a number is stored. Others are known by name only, and their values cannot be read. */
  public enum Type {
    /** 64-bit floating point. */
    F64(8),
    /** 32-bit floating point. */
    F32(4),
    /** 16-bit floating point of IEEE 754. */
    F16(2),
    /** The upper half of a 32-bit floating point number. */
    BF16(2);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    private static Optional<Type> named(String name) {
      return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }
  }

  /**
   * What the header says of one tensor.
   *
   * @param type how a number is stored, as the file spells it
   * @param shape the size of each dimension; empty for a single number
   * @param begin where its bytes begin, counted from the end of the header
   * @param end where they end
   */
  private record Entry(String type, List<Long> shape, long begin, long end) {

    long size() {
      long size = 1;
      for (long dimension : shape) {
        size = Math.multiplyExact(size, dimension);
      }
      return size;
    }
  }

  private final Path path;
  private final long dataStart;
  private final Map<String, Entry> entries;

  private Safetensors(Path path, long dataStart, Map<String, Entry> entries) {
    this.path = path;
    this.dataStart = dataStart;
    this.entries = entries;
  }

  /**
   * Reads the header of a file.
   *
   * @param path where it is
   * @return the file
   * @throws ModelException if it cannot be read, is damaged or is none
   */
  public static Safetensors open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long length = channel.size();
      if (length < Long.BYTES) {
        throw damaged(path, "has only " + length + " bytes", null);
      }
      long header = read(channel, 0, Long.BYTES).getLong();
      if (header < 2 || header > Math.min(MAX_HEADER, length - Long.BYTES)) {
        throw damaged(path, "says that its header has " + header + " bytes", null);
      }
      ByteBuffer json = read(channel, Long.BYTES, (int) header);
      long dataStart = Long.BYTES + header;
      return new Safetensors(path, dataStart, entries(path, parse(path, json), length - dataStart));
    } catch (IOException e) {
      throw new ModelException(path.toString(), "cannot be read: " + e, e);
    }
  }

  private static JsonObject parse(Path path, ByteBuffer json) {
    try {
      JsonElement root =
          JsonParser.parseString(StandardCharsets.UTF_8.newDecoder().decode(json).toString());
      if (root.isJsonObject()) {
        return root.getAsJsonObject();
      }
      throw damaged(path, "has a header that is not a JSON object", null);
    } catch (CharacterCodingException | JsonParseException e) {
      throw damaged(path, "has a header that is not JSON", e);
    }
  }

  private static Map<String, Entry> entries(Path path, JsonObject header, long dataLength) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> each : header.entrySet()) {
      if (!each.getKey().equals("__metadata__")) {
        entries.put(each.getKey(), entry(path, each.getKey(), each.getValue(), dataLength));
      }
    }
    return Collections.unmodifiableMap(entries);
  }

  private static Entry entry(Path path, String name, JsonElement json, long dataLength) {
    Entry entry;
    try {
      JsonObject object = json.getAsJsonObject();
      JsonArray offsets = object.getAsJsonArray("data_offsets");
      entry =
          new Entry(
              object.get("dtype").getAsString(),
              object.getAsJsonArray("shape").asList().stream().map(JsonElement::getAsLong).toList(),
              offsets.get(0).getAsLong(),
              offsets.get(1).getAsLong());
    } catch (RuntimeException e) {
      throw damaged(path, "describes tensor '" + name + "' as " + json, e);
    }
    boolean inside = 0 <= entry.begin && entry.begin <= entry.end && entry.end <= dataLength;
    if (!inside || entry.shape.stream().anyMatch(dimension -> dimension < 0)) {
      throw damaged(
          path,
          "places tensor '"
              + name
              + "' at bytes "
              + entry.begin
              + " to "
              + entry.end
              + " of "
              + dataLength,
          null);
    }
    Optional<Type> type = Type.named(entry.type);
    if (type.isPresent() && !fits(entry, type.get())) {
      throw damaged(
          path,
          "has "
              + (entry.end - entry.begin)
              + " bytes for tensor '"
              + name
              + "' of shape "
              + entry.shape
              + " and type "
              + entry.type,
          null);
    }
    return entry;
  }

  private static boolean fits(Entry entry, Type type) {
    try {
      return Math.multiplyExact(entry.size(), type.bytes) == entry.end - entry.begin;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  private static ModelException damaged(Path path, String problem, Throwable cause) {
    return new ModelException(
        path.toString(),
        problem
            + "; it is no safetensors file, or cut off, or a Git LFS pointer in place of one; fetch"
            + " it again",
        cause);
  }

  /**
   * The names of the tensors.
   *
   * @return an unmodifiable set, in the order of the file
   */
  public Set<String> names() {
    return entries.keySet();
  }

  /**
   * The shape of a tensor.
   *
   * @param name its name
   * @return the size of each dimension; empty for a single number
   * @throws ModelException if there is no such tensor
   */
  public List<Long> shape(String name) {
    return find(name).shape;
  }

  /**
   * Reads a tensor.
   *
   * @param name its name
   * @return its values as 32-bit numbers, the last dimension first to change
   * @throws ModelException if there is no such tensor, its numbers are of a type that cannot be
   *     read (integers, 8-bit numbers), or it has more values than an array can hold
   */
  public float[] floats(String name) {
    Entry entry = find(name);
    Type type = readable(name, entry);
    if (entry.size() > Integer.MAX_VALUE - 8) {
      throw new ModelException(
          path.toString(), "has " + entry.size() + " values in tensor '" + name + "': too many");
    }
    float[] values = new float[(int) entry.size()];
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      read(channel, entry, type, 0, values);
    } catch (IOException e) {
      throw new ModelException(path.toString(), "cannot be read: " + e, e);
    }
    return values;
  }

  /**
   * Takes the rows of a tensor one after the other, however large it is.
   *
   * @param name its name
   * @param width the values of a row; the size of the tensor is a multiple of it
   * @param rows called for each row with an array that is used again for the next one
   * @throws ModelException if there is no such tensor, or its numbers are of a type that cannot be
   *     read (integers, 8-bit numbers)
   * @throws IOException if the consumer of the rows throws it
   */
  public void rows(String name, int width, RowConsumer rows) throws IOException {
    Entry entry = find(name);
    Type type = readable(name, entry);
    if (width < 1 || entry.size() % width != 0) {
      throw new IllegalArgumentException(entry.size() + " values are not rows of " + width);
    }
    int perChunk = (int) Math.max(1, Math.min(CHUNK / 4 / width, entry.size() / width));
    float[] row = new float[width];
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      float[] chunk = new float[perChunk * width];
      for (long from = 0; from < entry.size(); from += chunk.length) {
        if (entry.size() - from < chunk.length) {
          chunk = new float[(int) (entry.size() - from)];
        }
        read(channel, entry, type, from, chunk);
        for (int start = 0; start < chunk.length; start += width) {
          System.arraycopy(chunk, start, row, 0, width);
          rows.accept(row);
        }
      }
    }
  }

  /** Takes the rows of a tensor. */
  public interface RowConsumer {
    /**
     * Takes a row.
     *
     * @param row its values, which are others after the call
     * @throws IOException if it cannot be passed on
     */
    void accept(float[] row) throws IOException;
  }

  private Type readable(String name, Entry entry) {
    return Type.named(entry.type)
        .orElseThrow(
            () ->
                new ModelException(
                    path.toString(),
                    "stores tensor '"
                        + name
                        + "' as "
                        + entry.type
                        + "; only "
                        + Arrays.toString(Type.values())
                        + " can be read"));
  }

  private void read(FileChannel channel, Entry entry, Type type, long first, float[] values)
      throws IOException {
    int perChunk = CHUNK / type.bytes;
    for (int from = 0; from < values.length; from += perChunk) {
      int to = Math.min(values.length, from + perChunk);
      long position = dataStart + entry.begin + (first + from) * type.bytes;
      ByteBuffer bytes = read(channel, position, (to - from) * type.bytes);
      for (int i = from; i < to; i++) {
        values[i] = value(bytes, type);
      }
    }
  }

  /**
   * Reads a tensor of a known shape.
   *
   * @param name its name
   * @param shape the size of each dimension
   * @return its values as 32-bit numbers, the last dimension first to change
   * @throws ModelException if it has another shape, or cannot be read
   */
  public float[] floats(String name, long... shape) {
    List<Long> actual = shape(name);
    if (!actual.equals(Arrays.stream(shape).boxed().toList())) {
      throw new ModelException(
          path.toString(),
          "has tensor '"
              + name
              + "' of shape "
              + actual
              + ", and the configuration beside it says "
              + Arrays.toString(shape)
              + ": one of the two files belongs to another model");
    }
    return floats(name);
  }

  private static float value(ByteBuffer bytes, Type type) {
    return switch (type) {
      case F64 -> (float) bytes.getDouble();
      case F32 -> bytes.getFloat();
      case F16 -> Float.float16ToFloat(bytes.getShort());
      case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
    };
  }

  private Entry find(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new ModelException(
          path.toString(), "has no tensor '" + name + "'; it has " + entries.keySet());
    }
    return entry;
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file ended at byte " + (position + buffer.position()));
      }
    }
    return buffer.flip();
  }

  /**
   * The weights of a module's folder.
   *
   * @param folder the folder
   * @return the path of its {@code model.safetensors}
   * @throws ModelException if there is none; the message says how to make it from a {@code
   *     pytorch_model.bin}
   */
  static Path in(Path folder) {
    Path path = folder.resolve("model.safetensors");
    if (Files.isRegularFile(path)) {
      return path;
    }
    Path older = folder.resolve("pytorch_model.bin");
    throw new ModelException(
        path.toString(),
        Files.exists(older)
            ? "is missing, and "
                + older
                + " is in Python's own format, which is not read here. Convert it once with: "
                + conversion(older.toString(), path.toString())
            : "is missing, so the module has no weights; fetch the model again");
  }

  /**
   * How weights in Python's own format are made readable.
   *
   * @param from the path of a {@code pytorch_model.bin}
   * @param to the path of the {@code model.safetensors} to be
   * @return a command line
   */
  public static String conversion(String from, String to) {
    return "python -c \"import torch, safetensors.torch as s; s.save_file({k: v.contiguous() for"
        + " k, v in torch.load('"
        + from
        + "', map_location='cpu', weights_only=True).items()}, '"
        + to
        + "')\"";
  }
}
