package dev.lucenesemantic.cli;

import dev.lucenesemantic.codec.SemanticCodec;
import dev.lucenesemantic.codec.VectorStorage;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReaderContext;
import picocli.CommandLine.Option;

/** How the segments that a command writes store their vectors. */
final class IndexStorage {
  @Option(
      names = "--storage",
      paramLabel = "HOW",
      description =
          "How vectors are stored in the segments that are written: ${COMPLETION-CANDIDATES}."
              + " Needed only if the index has compressed ones.")
  VectorStorage storage;

  /**
   * The codec to write with.
   *
   * @throws Refusal if the index has compressed vectors and it was not said which
   */
  Codec codec(DirectoryReader reader) {
    if (storage != null) {
      return new SemanticCodec(storage);
    }
    for (LeafReaderContext leaf : reader.leaves()) {
      for (FieldInfo info : leaf.reader().getFieldInfos()) {
        String format = info.getAttribute(PerFieldKnnVectorsFormat.PER_FIELD_FORMAT_KEY);
        if (format != null && format.contains("Quantized")) {
          throw new Refusal(
              ExitCode.WRONG_USE,
              "the index has compressed vectors in field '"
                  + info.name
                  + "' ("
                  + format
                  + "), and what is written now would not be compressed: say how with --storage");
        }
      }
    }
    return Codec.getDefault();
  }
}
