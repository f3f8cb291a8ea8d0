package dev.lucenesemantic.document;

import java.io.IOException;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.FixedBitSet;

/**
 * Tells whether a text is the one that was encoded for a document, by the hash that it left in the
 * index. Cheapest where documents of one segment follow each other. For one thread.
 */
public final class TextHashes {
  private final String field;

  /** The last segment in which a hash was missing, and its documents that have one. */
  private LeafReader segment;

  private FixedBitSet withHash;

  /**
   * Makes the hashes of a field.
   *
   * @param field the field by the application's name
   */
  public TextHashes(String field) {
    this.field = CompanionFields.textHash(field);
  }

  /**
   * Whether a text can be the one that was encoded.
   *
   * @param reader the document's segment
   * @param document its number in the segment
   * @param text the text
   * @return false only if the document has the hash of another text; a plain {@code IndexWriter}
   *     leaves none
   * @throws IOException if the index cannot be read
   */
  public boolean allow(LeafReader reader, int document, String text) throws IOException {
    Terms hashes = reader.terms(field);
    if (hashes == null) {
      return true;
    }
    BytesRef hash = TextHash.of(text);
    TermsEnum terms = hashes.iterator();
    if (terms.seekExact(hash)
        && terms.postings(null, PostingsEnum.NONE).advance(document) == document) {
      return true;
    }
    if (!reader.equals(segment)) {
      withHash = withHash(reader, hashes);
      segment = reader;
    }
    return !withHash.get(document);
  }

  private static FixedBitSet withHash(LeafReader reader, Terms hashes) throws IOException {
    FixedBitSet documents = new FixedBitSet(reader.maxDoc());
    TermsEnum terms = hashes.iterator();
    PostingsEnum postings = null;
    while (terms.next() != null) {
      postings = terms.postings(postings, PostingsEnum.NONE);
      documents.or(postings);
    }
    return documents;
  }
}
