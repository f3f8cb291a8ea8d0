package dev.lucenesemantic.cli;

import dev.lucenesemantic.maintenance.IndexModels;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;

/**
 * Whose vectors a semantic field has.
 *
 * @param generations one for each Lucene field that has vectors of it
 * @param waiting documents whose first vector is still missing
 */
record FieldVectors(List<IndexModels.Entry> generations, int waiting) {
  /** Looks at what has been written until now, committed or not. */
  static FieldVectors of(IndexWriter writer, String field) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      List<IndexModels.Entry> entries =
          IndexModels.inspect(reader).fields().stream()
              .filter(entry -> entry.field().equals(field))
              .toList();
      return new FieldVectors(
          entries.stream().filter(entry -> entry.documents() > 0).toList(),
          entries.stream().mapToInt(IndexModels.Entry::pending).max().orElse(0));
    }
  }

  boolean areNone() {
    return generations.isEmpty();
  }

  boolean areOfSeveralModels() {
    return generations.size() > 1;
  }

  boolean areOnlyOf(String fingerprint) {
    return generations.size() == 1
        && generations.get(0).fingerprint().equals(Optional.of(fingerprint));
  }
}
