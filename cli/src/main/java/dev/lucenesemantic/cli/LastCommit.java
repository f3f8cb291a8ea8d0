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
 */
record LastCommit(Version lucene, Set<String> codecs) {
  static LastCommit of(DirectoryReader reader) throws IOException {
    SegmentInfos commit =
        SegmentInfos.readCommit(reader.directory(), reader.getIndexCommit().getSegmentsFileName());
    Set<String> codecs = new TreeSet<>();
    for (SegmentCommitInfo segment : commit) {
      codecs.add(segment.info.getCodec().getName());
    }
    return new LastCommit(commit.getCommitLuceneVersion(), codecs);
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
            + "). Let the program that the index belongs to commit once with a Lucene that can, or"
            + " build this one for its Lucene: mvn -pl cli -am package -Dmaven.test.skip=true"
            + " -Dlucene.version="
            + lucene);
  }
}
