package dev.lucenesemantic.cli;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.lucene90.Lucene90StoredFieldsFormat;
import org.apache.lucene.codecs.perfield.PerFieldDocValuesFormat;
import org.apache.lucene.codecs.perfield.PerFieldPostingsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.util.Version;

/**
 * What the program that an index belongs to wrote last.
 *
 * @param lucene with which Lucene
 * @param codecs the names of the segments' codecs
 * @param foreign those that are not Lucene's, and formats of single fields that its codecs have not
 * @param stored how stored fields are compressed
 */
record LastCommit(
    Version lucene,
    Set<String> codecs,
    Set<String> foreign,
    Lucene90StoredFieldsFormat.Mode stored) {
  /** The oldest Lucene that this program can be built for. */
  private static final Version OLDEST = Version.fromBits(10, 3, 2);

  /** Where Lucene notes the format of a field; that of vectors is asked for elsewhere. */
  private static final List<String> FORMATS =
      List.of(
          PerFieldPostingsFormat.PER_FIELD_FORMAT_KEY,
          PerFieldDocValuesFormat.PER_FIELD_FORMAT_KEY);

  /** What Lucene's codecs choose for a field, of whatever version. */
  private static final Pattern OF_CODECS = Pattern.compile("Lucene\\d+");

  static LastCommit of(DirectoryReader reader) throws IOException {
    SegmentInfos commit =
        SegmentInfos.readCommit(reader.directory(), reader.getIndexCommit().getSegmentsFileName());
    Set<String> codecs = new TreeSet<>();
    Set<String> foreign = new TreeSet<>();
    for (SegmentCommitInfo segment : commit) {
      Codec codec = segment.info.getCodec();
      codecs.add(codec.getName());
      if (!codec.getClass().getName().startsWith("org.apache.lucene.")) {
        foreign.add(codec.getName());
      }
    }
    for (LeafReaderContext leaf : reader.leaves()) {
      for (FieldInfo info : leaf.reader().getFieldInfos()) {
        for (String key : FORMATS) {
          String format = info.getAttribute(key);
          if (format != null && !OF_CODECS.matcher(format).matches()) {
            foreign.add(format);
          }
        }
      }
    }
    return new LastCommit(commit.getCommitLuceneVersion(), codecs, foreign, stored(commit));
  }

  /** That of the newest segment. */
  private static Lucene90StoredFieldsFormat.Mode stored(SegmentInfos commit) {
    String mode =
        commit.size() == 0
            ? null
            : commit.info(commit.size() - 1).info.getAttribute(Lucene90StoredFieldsFormat.MODE_KEY);
    return Lucene90StoredFieldsFormat.Mode.BEST_COMPRESSION.name().equals(mode)
        ? Lucene90StoredFieldsFormat.Mode.BEST_COMPRESSION
        : Lucene90StoredFieldsFormat.Mode.BEST_SPEED;
  }

  /** A codec that compresses stored fields in the same way. */
  Codec keepStored(Codec codec) {
    StoredFieldsFormat format = new Lucene90StoredFieldsFormat(stored);
    return new FilterCodec(codec.getName(), codec) {
      @Override
      public StoredFieldsFormat storedFieldsFormat() {
        return format;
      }
    };
  }

  /**
   * Checks that nothing of the other program's form of an index is lost, as its encryption.
   *
   * @throws Refusal if it has a codec or a format of its own, which this program cannot write with
   */
  void requireLucenesOwn() {
    if (!foreign.isEmpty()) {
      throw new Refusal(
          ExitCode.BAD_INPUT,
          "the index was written with the codec or format "
              + String.join(", ", foreign)
              + ", for which this program would put Lucene's own. Do this in the program that the"
              + " index belongs to, with its IndexWriter in a SemanticIndexWriter (backfill,"
              + " ModelMigration)");
    }
  }

  /**
   * Checks that the other program will be able to read what this one writes.
   *
   * @throws Refusal if it has an older Lucene, which does not know the codec; there would be no way
   *     back
   */
  void requireKnows(Codec codec, Version own) {
    if (lucene.onOrAfter(own) || codecs.contains(codec.getName())) {
      return;
    }
    throw new Refusal(
        ExitCode.BAD_INPUT,
        "the index was last written by Lucene "
            + lucene
            + ", which could not read what this program writes with "
            + own
            + " ("
            + codec.getName()
            + "). Let the program that the index belongs to commit once with a Lucene that can"
            + (lucene.onOrAfter(OLDEST)
                ? ", or build this one for its Lucene: mvn -pl cli -am package"
                    + " -Dmaven.test.skip=true -Dlucene.version="
                    + lucene
                : ""));
  }
}
