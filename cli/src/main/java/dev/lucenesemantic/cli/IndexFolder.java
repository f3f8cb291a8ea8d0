package dev.lucenesemantic.cli;

import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.maintenance.IndexModels;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.SoftDeletesDirectoryReaderWrapper;
import org.apache.lucene.index.SoftDeletesRetentionMergePolicy;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Sort;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.Version;

/** A Lucene index in a folder, which belongs to another program. */
final class IndexFolder {
  private static final Pattern MISSING_FORMAT =
      Pattern.compile("type (\\w+\\.)*(?<kind>\\w+) with name '(?<name>[^']*)' does not exist");

  private final Path folder;

  IndexFolder(Path folder) {
    this.folder = folder;
  }

  /** Does something with an open index. */
  @FunctionalInterface
  interface Use<T> {
    int with(T index) throws IOException;
  }

  /**
   * Reads the last commit, as a search does: without documents that are softly deleted.
   *
   * @throws Refusal if there is no index, or not one that can be read
   */
  int read(Use<DirectoryReader> use) {
    return readAll(
        reader -> {
          String softDeletes = FieldInfos.getMergedFieldInfos(reader).getSoftDeletesField();
          return use.with(
              softDeletes == null
                  ? reader
                  : new SoftDeletesDirectoryReaderWrapper(reader, softDeletes));
        });
  }

  private int readAll(Use<DirectoryReader> use) {
    if (!Files.isDirectory(folder)) {
      throw new Refusal(ExitCode.BAD_INPUT, "there is no folder '" + folder + "'");
    }
    try (Directory directory = FSDirectory.open(folder);
        DirectoryReader reader = open(directory)) {
      return use.with(reader);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  private DirectoryReader open(Directory directory) throws IOException {
    try {
      return DirectoryReader.open(directory);
    } catch (IllegalArgumentException e) {
      throw unknownFormat(e);
    }
  }

  /** Lucene knows codecs and formats by their names, and those only that are on the class path. */
  private Refusal unknownFormat(IllegalArgumentException e) {
    Matcher missing = MISSING_FORMAT.matcher(String.valueOf(e.getMessage()));
    String what =
        missing.find()
            ? "the index in '"
                + folder
                + "' was written with the "
                + missing.group("kind")
                + " '"
                + missing.group("name")
                + "', which this program does not have. Start it with the jar that has it: java -cp"
                + " lucene-semantic-cli.jar"
                + File.pathSeparator
                + "THE_JAR "
                + Main.class.getName()
                + " index ..."
            : "the index in '" + folder + "' cannot be opened: " + e.getMessage();
    return new Refusal(ExitCode.BAD_INPUT, what, e);
  }

  /**
   * Writes. What has been done when the use ends, also by a failure, is committed.
   *
   * @param field a semantic field that the index must have
   * @param storage how the vectors of new segments are stored
   * @throws Refusal if there is no index, it is being written already, or its own program could not
   *     read it any more
   */
  int write(String field, IndexStorage storage, Use<SemanticIndexWriter> use) {
    IndexWriterConfig config =
        new IndexWriterConfig().setOpenMode(IndexWriterConfig.OpenMode.APPEND);
    // An IndexWriter would make an index of any folder.
    readAll(
        reader -> {
          requireField(reader, field);
          LastCommit commit = LastCommit.of(reader);
          commit.requireLucenesOwn();
          config.setCodec(commit.keepStored(storage.codec(reader)));
          commit.requireKnows(config.getCodec(), Version.LATEST);
          keepForm(reader, config);
          return ExitCode.FINE;
        });
    try (Directory directory = FSDirectory.open(folder);
        SemanticIndexWriter writer = writer(directory, config)) {
      return use.with(writer);
    } catch (IOException e) {
      throw refusal(e);
    }
  }

  private static SemanticIndexWriter writer(Directory directory, IndexWriterConfig config)
      throws IOException {
    config.setIndexDeletionPolicy(KeptCommits.of(directory));
    return new SemanticIndexWriter(new IndexWriter(directory, config));
  }

  /** What the index was made with, its own program must find again in every segment. */
  @SuppressWarnings("deprecation") // MatchAllDocsQuery(): older versions of Lucene have no other.
  private static void keepForm(DirectoryReader reader, IndexWriterConfig config) {
    // Its own program knows what to merge; segments are rewritten beside any policy.
    config.setMergePolicy(NoMergePolicy.INSTANCE);
    for (LeafReaderContext leaf : reader.leaves()) {
      Sort sort = leaf.reader().getMetaData().sort();
      if (sort != null) {
        config.setIndexSort(sort);
      }
      FieldInfos fields = leaf.reader().getFieldInfos();
      if (fields.getParentField() != null) {
        config.setParentField(fields.getParentField());
      }
      String softDeletes = fields.getSoftDeletesField();
      if (softDeletes != null) {
        config.setSoftDeletesField(softDeletes);
        // What is softly deleted may be history that its program keeps; it knows what to drop.
        config.setMergePolicy(
            new SoftDeletesRetentionMergePolicy(
                softDeletes, MatchAllDocsQuery::new, NoMergePolicy.INSTANCE));
      }
    }
  }

  /**
   * Checks that an index has a semantic field.
   *
   * @throws Refusal if not; a misspelt name would look like a field that is in order
   */
  static void requireField(DirectoryReader reader, String field) throws IOException {
    Set<String> fields = IndexModels.fieldNames(reader);
    if (!fields.contains(field)) {
      throw new Refusal(
          ExitCode.BAD_INPUT, "the index has no semantic field '" + field + "'; it has " + fields);
    }
  }

  private Refusal refusal(IOException e) {
    String what =
        switch (e) {
          case IndexNotFoundException none -> "there is no Lucene index in '" + folder + "'";
          case IndexFormatTooOldException old ->
              "the index was written by a Lucene that is too old for this one: " + e.getMessage();
          case IndexFormatTooNewException newer ->
              "the index was written by a newer Lucene: " + e.getMessage();
          case LockObtainFailedException locked ->
              "another program is writing '"
                  + folder
                  + "'; stop it, or do this there, with its SemanticIndexWriter";
          case NoSuchFileException missing -> missing(missing);
          case AccessDeniedException denied ->
              "the index in '"
                  + folder
                  + "' cannot be used: this user may not read or not write "
                  + denied.getFile();
          default -> "the index in '" + folder + "' cannot be used: " + e;
        };
    return new Refusal(ExitCode.BAD_INPUT, what, e);
  }

  private String missing(NoSuchFileException e) {
    // Lucene swallows why the lock could not be made.
    return e.getFile() != null && e.getFile().endsWith(IndexWriter.WRITE_LOCK_NAME)
        ? "the folder '" + folder + "' cannot be written: no lock file can be made in it"
        : "the index in '" + folder + "' cannot be used: " + e;
  }
}
