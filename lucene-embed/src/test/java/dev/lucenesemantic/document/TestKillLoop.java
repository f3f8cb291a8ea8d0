package dev.lucenesemantic.document;

import static dev.lucenesemantic.document.IndexedDocs.FIELD;

import com.carrotsearch.randomizedtesting.annotations.TimeoutSuite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TimeUnits;

/**
 * Kills a process that indexes, again and again, and looks each time at what is left. {@code
 * -Dtests.kills=50} kills it fifty times.
 */
@TimeoutSuite(millis = 2 * TimeUnits.HOUR)
public class TestKillLoop extends LuceneTestCase {

  public void testWhatWasCommittedSurvivesEveryKill() throws Exception {
    Path folder = createTempDir();
    int commits = 0;
    for (int kill = 0; kill < Integer.getInteger("tests.kills", 4); kill++) {
      Process process = start(folder);
      try {
        assertEquals("begun", readLine(process));
        if (kill == 0) {
          assertEquals("committed", readLine(process));
        }
        long pause = 50L + random().nextInt(1500);
        assertFalse(
            "it must run until it is killed", process.waitFor(pause, TimeUnit.MILLISECONDS));
      } finally {
        process.destroyForcibly().waitFor();
      }
      commits = check(folder);
    }
    assertTrue("nothing was ever committed", commits > 0);
  }

  private Process start(Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-ea");
    command.add("-Xmx256m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(CrashingIndexer.class.getName());
    command.add(folder.toString());
    command.add("" + random().nextLong());
    return new ProcessBuilder(command).redirectError(folder.resolve("errors").toFile()).start();
  }

  private static String readLine(Process process) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = process.getInputStream().read();
    while (c >= 0 && c != '\n') {
      line.append((char) c);
      c = process.getInputStream().read();
    }
    return line.toString();
  }

  /** Returns how many commits there were. */
  private int check(Path folder) throws IOException {
    List<String> journal = Files.readAllLines(folder.resolve(CrashingIndexer.JOURNAL));
    String errors = Files.readString(folder.resolve("errors"), StandardCharsets.UTF_8);
    assertFalse(errors, errors.contains("Exception"));
    // The last commit that is known to have been done, or one after it that may have been.
    int done = journal.lastIndexOf("after");
    try (Directory directory = FSDirectory.open(folder.resolve("index"))) {
      if (!DirectoryReader.indexExists(directory)) {
        assertEquals(-1, done);
        return 0;
      }
      try (CheckIndex check = new CheckIndex(directory)) {
        assertTrue("CheckIndex", check.checkIndex().clean);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        Map<String, String> found = IndexedDocs.texts(reader);
        List<Map<String, String>> possible = new ArrayList<>();
        if (done < 0) {
          possible.add(Map.of());
        }
        // The journal may end in the middle of a line.
        for (int i = Math.max(0, done - 1); i < journal.size(); i++) {
          if (journal.get(i).startsWith("before")) {
            possible.add(state(journal.get(i)));
          }
        }
        assertTrue("neither of " + possible.size() + " states", possible.contains(found));
        assertVectors(reader);
      }
    }
    return (int) journal.stream().filter("after"::equals).count();
  }

  private static Map<String, String> state(String line) {
    Map<String, String> state = new TreeMap<>();
    String[] parts = line.split("\t");
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0) {
        state.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
      }
    }
    return state;
  }

  /**
   * Each model's vectors are right; which of them there are depends on how far a migration came.
   */
  private static void assertVectors(IndexReader reader) throws IOException {
    String second = FieldGenerations.name(FIELD, "new");
    boolean first = !FieldModels.of(reader, FIELD).isEmpty();
    boolean migrated = !FieldModels.of(reader, second).isEmpty();
    if (first && !migrated) {
      IndexedDocs.assertVectors(reader, FIELD, new FlakyEmbedder("old", 8));
    }
    if (migrated && !first) {
      IndexedDocs.assertVectors(reader, second, new FlakyEmbedder("new", 12));
    }
    if (first && migrated) {
      IndexedDocs.assertSomeVectors(reader, FIELD, new FlakyEmbedder("old", 8));
      IndexedDocs.assertSomeVectors(reader, second, new FlakyEmbedder("new", 12));
    }
  }
}
