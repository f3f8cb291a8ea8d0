package dev.lucenesemantic.document;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * Where staged vectors of an index are: in a folder of the index's own folder for each model, or in
 * memory if the index is not in a folder. They are dropped with the first commit after they have
 * come into the index.
 */
final class StagingPlaces implements Closeable {
  private static final String PREFIX = "semantic-staging-";

  private final IndexWriter writer;
  private final Map<String, Directory> open = new HashMap<>();
  private final Set<String> finished = new HashSet<>();

  StagingPlaces(IndexWriter writer) {
    this.writer = writer;
  }

  synchronized Directory of(String fingerprint) throws IOException {
    finished.remove(fingerprint);
    Directory directory = open.get(fingerprint);
    if (directory == null) {
      directory = create(fingerprint);
      open.put(fingerprint, directory);
    }
    return directory;
  }

  private Directory create(String fingerprint) throws IOException {
    Directory index = FilterDirectory.unwrap(writer.getDirectory());
    return index instanceof FSDirectory folder
        ? FSDirectory.open(folder.getDirectory().resolve(PREFIX + fingerprint))
        : new ByteBuffersDirectory();
  }

  /** Says that all vectors of a model have come into the index. */
  synchronized void finish(String fingerprint) {
    finished.add(fingerprint);
  }

  /** To be called after a commit that began after {@link #finish}. */
  synchronized void dropFinished(Set<String> before) throws IOException {
    for (String fingerprint : before) {
      if (finished.remove(fingerprint)) {
        drop(open.remove(fingerprint));
      }
    }
  }

  /** Those that a commit which begins now makes superfluous. */
  synchronized Set<String> finished() {
    return Set.copyOf(finished);
  }

  private static void drop(Directory directory) throws IOException {
    if (directory instanceof FSDirectory folder) {
      Path path = folder.getDirectory();
      folder.close();
      IOUtils.rm(path);
    } else if (directory != null) {
      directory.close();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    IOUtils.close(open.values());
    open.clear();
  }
}
