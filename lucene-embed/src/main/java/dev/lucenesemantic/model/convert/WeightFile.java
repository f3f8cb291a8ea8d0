package dev.lucenesemantic.model.convert;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file with the weights of an ONNX model, written from its beginning to its end. */
final class WeightFile implements Closeable {
  /** A page, so that a runtime can map the file into memory. */
  private static final int ALIGNMENT = 4096;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
  private long flushed;

  private WeightFile(FileChannel channel) {
    this.channel = channel;
  }

  static WeightFile create(Path path) throws IOException {
    return new WeightFile(
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** Where the next tensor begins. */
  long begin() throws IOException {
    while ((flushed + buffer.position()) % ALIGNMENT != 0) {
      write((byte) 0);
    }
    return flushed + buffer.position();
  }

  void write(byte value) throws IOException {
    if (!buffer.hasRemaining()) {
      flush();
    }
    buffer.put(value);
  }

  void write(byte[] values) throws IOException {
    int done = 0;
    while (done < values.length) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int length = Math.min(buffer.remaining(), values.length - done);
      buffer.put(values, done, length);
      done += length;
    }
  }

  void write(float value) throws IOException {
    if (buffer.remaining() < Float.BYTES) {
      flush();
    }
    buffer.putFloat(value);
  }

  void write(float[] values) throws IOException {
    for (float value : values) {
      write(value);
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    flushed += buffer.remaining();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      flush();
    }
  }
}
