package dev.lucenesemantic.document;

import java.io.IOException;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;

/** Which documents of an index lack a vector, and of what text it is to be made. */
interface MissingVectors {

  /** The documents of a segment, deleted ones included, in ascending order. */
  DocIdSetIterator documents(LeafReader reader) throws IOException;

  /** The text of such a document. */
  String text(LeafReader reader, int document) throws IOException;
}
