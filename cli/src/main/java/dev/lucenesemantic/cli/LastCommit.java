package dev.lucenesemantic.cli;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.util.Version;

/**
 * What the program that an index belongs to wrote last.
 *
 * @param lucene with which Lucene
 * @param codecs the names of the segments' codecs
 * @param foreign those that are not Lucene's
 */
record LastCommit(Version lucene, Set<String> codecs, Set<String> foreign) {
  /** The oldest Lucene that this program can be built for. */
  private static final Version OLDEST = Version.fromBits(10, 3, 2);

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
    return new LastCommit(commit.getCommitLuceneVersion(), codecs, foreign);
  }

  /**
   * Checks that nothing of the other program's form of an index is lost, as its encryption.
   *
   * @throws Refusal if it has a codec of its own, which this program cannot write with
   */
  void requireLucenesOwn() {
    if (!foreign.isEmpty()) {
      throw new Refusal(
          ExitCode.BAD_INPUT,
          "the index was written with the codec "
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
