package dev.lucenesemantic.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large file is read once, and again as soon as it may have changed. */
class ContentHashesTest {
  private static final int LARGE = 2 << 20;
  private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

  @TempDir private Path temp;

  @Test
  void theHashIsKeptAndGivenAgain() throws IOException {
    Path file = large(1);
    String hash = hashes(LATER).sha256(file);
    assertEquals(new ModelFile.OnDisk(file).sha256(), hash);
    // Something that only the record can have given.
    Path record = records().get(0);
    String other = "0".repeat(64);
    Files.writeString(record, Files.readString(record).replace(hash, other));
    assertEquals(other, hashes(LATER).sha256(file));
  }

  @Test
  void aChangedFileIsReadAgain() throws IOException {
    Path file = large(1);
    FileTime time = Files.getLastModifiedTime(file);
    String before = hashes(LATER).sha256(file);
    // The same size and, as far as a program can set it, the same time.
    Files.write(file, bytes(2));
    Files.setLastModifiedTime(file, time);
    boolean hasChangeTime = file.getFileSystem().supportedFileAttributeViews().contains("unix");
    if (hasChangeTime) {
      assertNotEquals(before, hashes(LATER).sha256(file));
    }
    Files.setLastModifiedTime(file, FileTime.from(time.toInstant().plusSeconds(10)));
    assertNotEquals(before, hashes(LATER).sha256(file));
  }

  @Test
  void aFileThatTakesAnothersPlaceIsReadAgain() throws IOException {
    Path file = large(1);
    Path other = Files.write(temp.resolve("other"), bytes(2));
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    String before = hashes(LATER).sha256(file);
    Files.delete(file);
    Files.move(other, file);
    assertNotEquals(before, hashes(LATER).sha256(file));
  }

  @Test
  void aFileThatWasJustWrittenIsNotTrusted() throws IOException {
    Path file = large(1);
    Instant written = Files.getLastModifiedTime(file).toInstant();
    hashes(Clock.fixed(written.plusMillis(500), ZoneOffset.UTC)).sha256(file);
    assertEquals(List.of(), records());
  }

  @Test
  void aLinkIsTheFileItLeadsTo() throws IOException {
    Path file = large(1);
    Path link = temp.resolve("link");
    try {
      Files.createSymbolicLink(link, file);
    } catch (IOException | UnsupportedOperationException e) {
      return;
    }
    String first = hashes(LATER).sha256(link);
    Files.write(link, bytes(2));
    assertNotEquals(first, hashes(LATER).sha256(link));
  }

  @Test
  void aDamagedRecordIsNoRecord() throws IOException {
    Path file = large(1);
    String hash = hashes(LATER).sha256(file);
    Path record = records().get(0);
    String whole = Files.readString(record);
    for (String damaged : List.of("", whole.substring(0, whole.length() - 10), "a\nb\nc\nd\n")) {
      Files.writeString(record, damaged);
      assertEquals(hash, hashes(LATER).sha256(file));
    }
  }

  @Test
  void aFolderThatCannotBeWrittenCostsNothingButTime() throws IOException {
    Path file = large(1);
    Path blocked = Files.writeString(temp.resolve("blocked"), "a file");
    assertEquals(
        ContentDigest.sha256().add(bytes(1)).hex(), new ContentHashes(blocked, LATER).sha256(file));
  }

  @Test
  void recordsOfFilesThatAreGoneGoAtSomeTime() throws IOException {
    Files.createDirectories(temp.resolve("hashes"));
    for (int i = 0; i < 300; i++) {
      Files.writeString(temp.resolve("hashes/" + i + ".txt"), "sha256 1\n" + temp + "/gone" + i);
    }
    hashes(LATER).sha256(large(1));
    assertEquals(1, records().size());
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = temp.resolve("missing");
    String message =
        assertThrows(ModelException.class, () -> hashes(LATER).sha256(file)).getMessage();
    assertTrue(message.contains(file.toString()), message);
  }

  private ContentHashes hashes(Clock clock) {
    return new ContentHashes(temp.resolve("hashes"), clock);
  }

  private List<Path> records() throws IOException {
    if (!Files.exists(temp.resolve("hashes"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(temp.resolve("hashes"))) {
      return files.toList();
    }
  }

  private Path large(int seed) throws IOException {
    return Files.write(temp.resolve("large"), bytes(seed));
  }

  private static byte[] bytes(int seed) {
    byte[] bytes = new byte[LARGE];
    new java.util.Random(seed).nextBytes(bytes);
    return bytes;
  }
}
