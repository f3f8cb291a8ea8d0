package dev.lucenesemantic.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One file of a model: on disk, or read from a jar on the class path. */
public sealed interface ModelFile {

  /**
   * Where the file is, for messages.
   *
   * @return a path or a URL
   */
  String location();

  /**
   * Opens the file for reading from its beginning.
   *
   * @return a new stream, which the caller closes
   * @throws IOException if it cannot be opened
   */
  InputStream open() throws IOException;

  /**
   * Reads the whole file.
   *
   * @return its bytes
   * @throws ModelException if it cannot be read
   */
  default byte[] readAllBytes() {
    try (InputStream in = open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ModelException(location(), "cannot be read: " + e, e);
    }
  }

  /**
   * Reads the whole file for its hash.
   *
   * @return its SHA-256, 64 hexadecimal digits
   * @throws ModelException if it cannot be read
   */
  default String sha256() {
    try (InputStream in = open()) {
      return ContentDigest.sha256().add(in).hex();
    } catch (IOException e) {
      throw new ModelException(location(), "cannot be read: " + e, e);
    }
  }

  /**
   * Reads the file as text, and with a strict decoder: a damaged file must not turn into a slightly
   * different one.
   *
   * @return its text
   * @throws ModelException if it cannot be read or is no UTF-8
   */
  default String readText() {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(readAllBytes());
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw notJson("it is not UTF-8", e);
    }
  }

  /**
   * Reads the file as JSON.
   *
   * @return what it holds
   * @throws ModelException if it cannot be read or is no JSON
   */
  default JsonElement readJson() {
    try {
      return JsonParser.parseString(readText());
    } catch (JsonParseException e) {
      // The rest of the message speaks of the parser's settings.
      Matcher place = Pattern.compile("line \\d+ column \\d+").matcher(e.getMessage());
      throw notJson(place.find() ? place.group() : "it breaks off", e);
    }
  }

  private ModelException notJson(String why, Exception cause) {
    return new ModelException(
        location(),
        "is not valid JSON ("
            + why
            + "), perhaps cut off or not this file at all (a Git LFS pointer?); fetch it again",
        cause);
  }

  /**
   * A file on disk.
   *
   * @param path where it is
   */
  record OnDisk(Path path) implements ModelFile {
    /** Checks that there is a path. */
    public OnDisk {
      Objects.requireNonNull(path, "path");
    }

    @Override
    public String location() {
      return path.toString();
    }

    @Override
    public InputStream open() throws IOException {
      return new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    }
  }

  /**
   * A file whose bytes are in memory, because reading them again would mean unpacking them again.
   *
   * @param location where it came from, for messages
   * @param bytes its content, which is not copied and must not change
   */
  record InMemory(String location, byte[] bytes) implements ModelFile {
    /** Checks that both are there. */
    public InMemory {
      Objects.requireNonNull(location, "location");
      Objects.requireNonNull(bytes, "bytes");
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public byte[] readAllBytes() {
      return bytes;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof InMemory that && location.equals(that.location);
    }

    @Override
    public int hashCode() {
      return location.hashCode();
    }

    @Override
    public String toString() {
      return "InMemory[" + location + ", " + bytes.length + " bytes]";
    }
  }

  /**
   * Looks for a resource on the class path, and reads it into memory.
   *
   * @param near a class whose loader is asked first; then that of the thread is
   * @param name the resource's name from the root of the class path
   * @return the file; empty if there is none
   * @throws ModelException if it cannot be read
   */
  static Optional<ModelFile> onClassPath(Class<?> near, String name) {
    URL url = near.getClassLoader().getResource(name);
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (url == null && context != null) {
      url = context.getResource(name);
    }
    return Optional.ofNullable(url).map(ModelFile::ofResource);
  }

  /**
   * Reads a resource on the class path into memory.
   *
   * @param url where it is
   * @return the file
   * @throws ModelException if it cannot be read
   */
  static ModelFile ofResource(URL url) {
    try (InputStream in = url.openStream()) {
      return new InMemory(url.toString(), in.readAllBytes());
    } catch (IOException e) {
      throw new ModelException(url.toString(), "cannot be read: " + e, e);
    }
  }
}
