package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.Set;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

/** The documents that have a vector of other models and none of a certain one. */
final class OtherModelsVectors implements MissingVectors {
  private final String baseField;
  private final Set<String> others;
  private final String vectorField;
  private final IndexedText texts;
  private final TextHashes hashes;

  /**
   * @param baseField the field by the application's name
   * @param others the Lucene fields of the other models
   * @param vectorField the Lucene field of this model
   * @param texts where the texts can be read
   */
  OtherModelsVectors(String baseField, Set<String> others, String vectorField, IndexedText texts) {
    this.baseField = baseField;
    this.others = others;
    this.vectorField = vectorField;
    this.texts = texts;
    this.hashes = new TextHashes(baseField);
  }

  @Override
  public DocIdSetIterator documents(LeafReader reader) throws IOException {
    FixedBitSet missing = VectorCoverage.lacking(reader, vectorField, others);
    return new BitSetIterator(missing, missing.cardinality());
  }

  @Override
  public String text(LeafReader reader, int document) throws IOException {
    String text = texts.read(reader, document);
    if (text == null) {
      throw new IllegalArgumentException(
          "Document "
              + document
              + " of segment "
              + WriterSegments.name(reader)
              + " has a vector in field '"
              + baseField
              + "' and no text to encode again; give an IndexedText that reads what was encoded");
    }
    if (!hashes.allow(reader, document, text)) {
      throw new IllegalArgumentException(
          "Document "
              + document
              + " of segment "
              + WriterSegments.name(reader)
              + ": the text that was read for field '"
              + baseField
              + "' is not the one that was encoded, as its hash in the index shows. Give an"
              + " IndexedText that reads exactly the text that SemanticField was given; it begins: "
              + text.substring(0, Math.min(60, text.length())));
    }
    return text;
  }
}
