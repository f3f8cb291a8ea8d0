package dev.lucenesemantic.document;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IOUtils;

/**
 * Where staged vectors of an index are: in a folder of the index's own folder for each piece of
 * work, or in memory if the index is not in a folder. They are dropped with the first commit after
 * they have come into the index. Work that is stopped must find its own again whatever else was
 * done with the same model, so each has a place of its own.
 */
final class StagingPlaces implements Closeable {
  private static final String PREFIX = "semantic-staging-";

  private static final int HASH_BYTES = 8;

  private final IndexWriter writer;

  /** By the names of the places, as what follows. */
  private final Map<String, Directory> open = new HashMap<>();

  private final Set<String> finished = new HashSet<>();

  /** Those that were finished when the commit began that is under way; null if none is. */
  private Set<String> committing;

  StagingPlaces(IndexWriter writer) {
    this.writer = writer;
  }

  /**
   * Opens what there is, or begins with nothing.
   *
   * @param fingerprint the model of the vectors
   * @param work names the work among all that is done with the model
   */
  synchronized StagedVectors open(String fingerprint, String work) throws IOException {
    String place = place(fingerprint, work);
    finished.remove(place);
    try {
      return new StagedVectors(of(place), fingerprint);
    } catch (CorruptIndexException
        | IndexFormatTooOldException
        | IndexFormatTooNewException
        | EOFException
        | FileNotFoundException
        | NoSuchFileException e) {
      // All that is lost is time: the texts are in the index.
      drop(open.remove(place));
      return new StagedVectors(of(place), fingerprint);
    }
  }

  /** A name for a folder; what names the work may have characters that none can have. */
  private static String place(String fingerprint, String work) {
    BytesRef hash = TextHash.of(work);
    String digits = HexFormat.of().formatHex(hash.bytes, hash.offset, hash.offset + HASH_BYTES);
    return PREFIX + fingerprint + "-" + digits;
  }

  private Directory of(String place) throws IOException {
    Directory directory = open.get(place);
    if (directory == null) {
      directory = create(place);
      open.put(place, directory);
    }
    return directory;
  }

  private Directory create(String place) throws IOException {
    Directory index = FilterDirectory.unwrap(writer.getDirectory());
    return index instanceof FSDirectory folder
        ? FSDirectory.open(folder.getDirectory().resolve(place))
        : new ByteBuffersDirectory();
  }

  /** Says that all vectors of a piece of work have come into the index. */
  synchronized void finish(String fingerprint, String work) {
    finished.add(place(fingerprint, work));
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
    for (String place : superfluous) {
      if (finished.remove(place)) {
        drop(open.remove(place));
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
