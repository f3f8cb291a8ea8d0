package dev.lucenesemantic.document;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
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

  /** Those that were finished when the commit began that is under way; null if none is. */
  private Set<String> committing;

  StagingPlaces(IndexWriter writer) {
    this.writer = writer;
  }

  /** Opens what there is for a model, or begins with nothing. */
  synchronized StagedVectors open(String fingerprint) throws IOException {
    finished.remove(fingerprint);
    try {
      return new StagedVectors(of(fingerprint), fingerprint);
    } catch (CorruptIndexException | FileNotFoundException | NoSuchFileException e) {
      // All that is lost is time: the texts are in the index.
      drop(open.remove(fingerprint));
      return new StagedVectors(of(fingerprint), fingerprint);
    }
  }

  private Directory of(String fingerprint) throws IOException {
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

  /** To be called before a commit is prepared: what is finished later is not in it. */
  synchronized void commitBegins() {
    if (committing == null) {
      committing = Set.copyOf(finished);
    }
  }

  /** To be called after the commit: it has the vectors of all that were finished before. */
  synchronized void commitEnded() throws IOException {
    Set<String> superfluous = committing == null ? Set.of() : committing;
    committing = null;
    for (String fingerprint : superfluous) {
      if (finished.remove(fingerprint)) {
        drop(open.remove(fingerprint));
      }
    }
  }

  private static void drop(Directory directory) throws IOException {
    if (directory instanceof FSDirectory folder) {
      Path path = folder.getDirectory();
      // First what says that there is an index: a crash must not leave one that lacks files.
      for (String file : folder.listAll()) {
        if (file.startsWith(IndexFileNames.SEGMENTS)) {
          folder.deleteFile(file);
        }
      }
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
