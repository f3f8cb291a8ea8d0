package dev.lucenesemantic.examples.searchdocs;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jsoup.Jsoup;

/** Lucene's own API documentation, from the javadoc jar of lucene-core. */
public final class LuceneApiDocs implements Corpus {
  /** To be raised when the same jar gives other passages. */
  private static final String READER_VERSION = "1";

  private static final String KNOWN_PAGE = "org/apache/lucene/index/IndexWriter.html";

  /** Shorter texts may be the same at several places: each stands for its own class. */
  private static final int LONG_TEXT = 150;

  private final Path jar;
  private List<Passage> passages;

  /**
   * Reads nothing yet.
   *
   * @param jar a javadoc jar of lucene-core
   */
  public LuceneApiDocs(Path jar) {
    this.jar = jar;
  }

  /**
   * Finds the jar on the class path.
   *
   * @return its documentation
   * @throws Refusal if it is not there
   */
  public static LuceneApiDocs onClassPath() throws Refusal {
    URL page = LuceneApiDocs.class.getClassLoader().getResource(KNOWN_PAGE);
    try {
      if (page != null && page.openConnection() instanceof JarURLConnection connection) {
        return new LuceneApiDocs(Path.of(connection.getJarFileURL().toURI()));
      }
    } catch (IOException | URISyntaxException e) {
      throw new Refusal("Cannot open the javadoc jar of lucene-core at " + page, e);
    }
    throw new Refusal(
        "The javadoc jar of lucene-core is not on the class path: start this program with Maven,"
            + " or give a folder of your own with -Dfolder=DIR");
  }

  @Override
  public String name() {
    return slug().replaceFirst("lucene-core-(.*)-javadoc", "Lucene $1 API documentation");
  }

  @Override
  public String slug() {
    return jar.getFileName().toString().replaceFirst("\\.jar$", "");
  }

  @Override
  public String fingerprint() throws IOException {
    return slug()
        + " "
        + Files.size(jar)
        + " "
        + Files.getLastModifiedTime(jar)
        + " "
        + READER_VERSION;
  }

  @Override
  public long count(PrintStream notes) throws IOException {
    return read().size();
  }

  @Override
  public Stream<Passage> passages() throws IOException {
    return read().stream();
  }

  private synchronized List<Passage> read() throws IOException {
    if (passages == null) {
      try (FileSystem zip = FileSystems.newFileSystem(jar);
          Stream<Path> files = Files.walk(zip.getPath("/org/apache/lucene"))) {
        List<Path> pages = files.filter(LuceneApiDocs::isPublicPage).sorted().toList();
        Set<String> longTexts = new HashSet<>();
        passages =
            pages.parallelStream().map(LuceneApiDocs::parse).toList().stream()
                .flatMap(List::stream)
                .filter(p -> p.text().length() < LONG_TEXT || longTexts.add(p.text()))
                .toList();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    return passages;
  }

  private static boolean isPublicPage(Path page) {
    String name = page.toString();
    return name.endsWith(".html")
        && !name.contains("/class-use/")
        && !name.startsWith("/org/apache/lucene/internal/");
  }

  private static List<Passage> parse(Path page) {
    try (InputStream in = Files.newInputStream(page)) {
      return JavadocPage.passages(
          Jsoup.parse(in, StandardCharsets.UTF_8.name(), page.toUri().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
