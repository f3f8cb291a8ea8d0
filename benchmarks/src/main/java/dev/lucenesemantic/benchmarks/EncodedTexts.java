package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The vectors of passages and questions, of unit length. They are kept in a file, so that a
 * measurement can be repeated without the model's work; the file is good for the same model and
 * texts only.
 *
 * @param passages a vector for each passage
 * @param questions a vector for each question
 */
record EncodedTexts(List<float[]> passages, List<float[]> questions) {
  private static final int BLOCK = 1024;

  /**
   * Reads the vectors, or encodes the texts and writes the file.
   *
   * @param file the file, which may be missing
   */
  static EncodedTexts of(
      List<String> passages, List<String> questions, TextEmbedder embedder, Path file)
      throws IOException {
    String source = embedder.fingerprint() + " " + hash(passages) + " " + hash(questions);
    EncodedTexts kept = Files.exists(file) ? read(file, source) : null;
    if (kept != null) {
      return kept;
    }
    SemanticFieldType type = new SemanticFieldType(embedder);
    Progress progress = new Progress("encoding: passages", System.err);
    List<float[]> vectors = new ArrayList<>();
    for (int from = 0; from < passages.size(); from += BLOCK) {
      List<String> block = passages.subList(from, Math.min(from + BLOCK, passages.size()));
      for (float[] vector : embedder.embedDocuments(block)) {
        vectors.add(type.toUnitLength(vector));
        progress.step();
      }
    }
    EncodedTexts encoded = new EncodedTexts(vectors, List.of()).withQuestions(questions, embedder);
    encoded.write(file, source);
    return encoded;
  }

  /** The same passages with other questions, which are not kept. */
  EncodedTexts withQuestions(List<String> others, TextEmbedder embedder) {
    SemanticFieldType type = new SemanticFieldType(embedder);
    return new EncodedTexts(
        passages,
        others.stream().map(text -> type.toUnitLength(embedder.embedQuery(text))).toList());
  }

  private static EncodedTexts read(Path file, String source) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      return in.readUTF().equals(source)
          ? new EncodedTexts(readVectors(in), readVectors(in))
          : null;
    }
  }

  private static List<float[]> readVectors(DataInputStream in) throws IOException {
    int count = in.readInt();
    int dimension = in.readInt();
    List<float[]> vectors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      float[] vector = new float[dimension];
      for (int j = 0; j < dimension; j++) {
        vector[j] = in.readFloat();
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private void write(Path file, String source) throws IOException {
    Path unfinished = Path.of(file + ".unfinished");
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 16))) {
      out.writeUTF(source);
      for (List<float[]> vectors : List.of(passages, questions)) {
        out.writeInt(vectors.size());
        out.writeInt(vectors.isEmpty() ? 0 : vectors.get(0).length);
        for (float[] vector : vectors) {
          for (float component : vector) {
            out.writeFloat(component);
          }
        }
      }
    }
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String hash(List<String> texts) {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
    for (String text : texts) {
      sha256.update(text.getBytes(StandardCharsets.UTF_8));
      // A byte that UTF-8 never has, so that the borders of the texts count.
      sha256.update((byte) 0xff);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
