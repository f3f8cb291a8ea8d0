package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;

/**
 * The same passages encoded and indexed. Both take turns, part by part, because a machine is not
 * equally fast all the time: so it is for both.
 *
 * @param encoding all passages of a part encoded with one call
 * @param byCalls the same text by text by as many threads, if they are indexed so and each is one
 *     passage; otherwise encoding
 * @param indexing until the writer is closed
 * @param merging merging what is there then into one segment
 * @param segments how many there were before
 * @param textsACall how many texts came together in a call of the model
 */
record IndexingTurn(
    Effort encoding,
    Effort byCalls,
    Effort indexing,
    Effort merging,
    int segments,
    double textsACall) {
  private static final int PARTS = 10;

  /** Leaves the index in a directory. */
  static IndexingTurn of(
      IndexingRun run, TextEmbedder model, List<IndexingRun.Source> texts, Directory directory)
      throws IOException, InterruptedException {
    Effort encoding = Effort.NONE;
    Effort byCalls = Effort.NONE;
    Effort indexing = Effort.NONE;
    double textsACall;
    // Closed below: that counts.
    SemanticIndexWriter writer = run.open(directory);
    try (writer) {
      for (int i = 0; i < PARTS; i++) {
        List<IndexingRun.Source> part =
            texts.subList(texts.size() * i / PARTS, texts.size() * (i + 1) / PARTS);
        if (part.isEmpty()) {
          continue;
        }
        // The other way round each time: whoever comes behind another finds another machine.
        if (i % 2 == 1) {
          indexing = indexing.plus(Effort.of(() -> run.index(writer, model, part)));
        }
        List<String> passages = part.stream().flatMap(each -> each.passages().stream()).toList();
        Effort alone = Effort.of(() -> model.embedDocuments(passages));
        encoding = encoding.plus(alone);
        byCalls =
            byCalls.plus(
                run.hasCallsOfItsOwn() ? Effort.of(() -> run.encodeOneByOne(model, part)) : alone);
        if (i % 2 == 0) {
          indexing = indexing.plus(Effort.of(() -> run.index(writer, model, part)));
        }
      }
      textsACall = writer.metrics().encoding().batchSizes().mean();
      indexing = indexing.plus(Effort.of(writer::close));
    }
    int segments = SegmentInfos.readLatestCommit(directory).size();
    Effort merging = Effort.of(() -> run.merge(directory));
    return new IndexingTurn(encoding, byCalls, indexing, merging, segments, textsACall);
  }
}
