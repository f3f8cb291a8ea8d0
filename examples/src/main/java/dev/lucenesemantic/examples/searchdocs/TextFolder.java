package dev.lucenesemantic.examples.searchdocs;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The text, Markdown and HTML files of a folder and its subfolders, or a single such file. What
 * cannot be read is named and left out.
 */
public final class TextFolder implements Corpus {
  /** To be raised when the same files give other passages. */
  private static final String READER_VERSION = "1";

  private static final int MAX_NOTES = 10;

  private final Path folder;

  private TextFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens a folder.
   *
   * @param folder the folder or file
   * @return its texts
   * @throws Refusal if it is not there
   */
  public static TextFolder of(Path folder) throws Refusal {
    try {
      return new TextFolder(folder.toRealPath());
    } catch (IOException e) {
      throw new Refusal(
          "There is no readable file or folder " + PlainText.oneLine(folder.toString()), e);
    }
  }

  @Override
  public String name() {
    return PlainText.oneLine(folder.toString());
  }

  @Override
  public String slug() {
    Path last = folder.getFileName();
    String name = last == null ? "root" : PlainText.fileName(last.toString());
    return name + "-" + hash(folder.toString()).substring(0, 10);
  }

  @Override
  public String fingerprint() throws IOException {
    StringBuilder state = new StringBuilder();
    for (Path file : files(problem -> {})) {
      state.append(file).append(' ').append(Files.size(file));
      state.append(' ').append(Files.getLastModifiedTime(file).toMillis()).append('\n');
    }
    return "files " + hash(state.toString()) + " " + READER_VERSION;
  }

  @Override
  public long count(PrintStream notes) throws IOException {
    List<String> problems = new ArrayList<>();
    long count = 0;
    for (Path file : files(problems::add)) {
      count += read(file, problems::add).size();
    }
    problems.stream().limit(MAX_NOTES).forEach(problem -> notes.println("  left out: " + problem));
    if (problems.size() > MAX_NOTES) {
      notes.println("  left out: " + (problems.size() - MAX_NOTES) + " more");
    }
    return count;
  }

  @Override
  public Stream<Passage> passages() throws IOException {
    return files(problem -> {}).stream().flatMap(file -> read(file, problem -> {}).stream());
  }

  private List<Path> files(Consumer<String> problems) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return isHidden(dir) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            // A pipe or a device would be read for ever.
            if (attributes.isRegularFile() && !isHidden(file) && TextFile.isText(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            problems.accept(relative(file) + ": cannot be opened");
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, IOException e) {
            if (e != null) {
              problems.accept(relative(dir) + ": cannot be listed to its end");
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort(null);
    return files;
  }

  private boolean isHidden(Path path) {
    return !path.equals(folder) && path.getFileName().toString().startsWith(".");
  }

  private List<Passage> read(Path file, Consumer<String> problems) {
    String name = relative(file);
    List<Section> sections;
    try {
      sections = Sections.of(TextFile.read(file));
    } catch (Refusal e) {
      problems.accept(name + ": " + e.getMessage());
      return List.of();
    }
    return IntStream.range(0, sections.size())
        .mapToObj(
            i -> {
              Section section = sections.get(i);
              String under = section.heading().isEmpty() ? "" : ": " + section.heading();
              return new Passage(
                  name + "#" + (i + 1), name + under, section.heading(), section.text());
            })
        .toList();
  }

  private String relative(Path file) {
    Path relative = file.equals(folder) ? file.getFileName() : folder.relativize(file);
    return PlainText.oneLine(relative.toString().replace('\\', '/'));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).toLowerCase(Locale.ROOT);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
