package dev.lucenesemantic.rerank;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;

/** Text from a doc-values field. */
record DocValuesText(String field) implements TextSource {

  @Override
  public Reader open(IndexSearcher searcher) {
    return new LeafByLeaf(searcher.getIndexReader().leaves());
  }

  @Override
  public String whyMissing(IndexReader reader) {
    FieldInfo info = FieldInfos.getMergedFieldInfos(reader).fieldInfo(field);
    if (info == null) {
      Set<String> known = new TreeSet<>();
      FieldInfos.getMergedFieldInfos(reader).forEach(other -> known.add(other.name));
      return "the index has no field '" + field + "'; its fields are " + known;
    }
    return info.getDocValuesType() == DocValuesType.NONE
        ? "field '"
            + field
            + "' has no doc values; a stored field is read by TextSource.storedField"
        : "none of these documents has a value in " + this;
  }

  @Override
  public String toString() {
    return "doc values of field '" + field + "'";
  }

  /** Opens the values of one leaf after the other. */
  private final class LeafByLeaf implements Reader {
    private final List<LeafReaderContext> leaves;
    private LeafReaderContext leaf;
    private Reader values;
    private int last;

    LeafByLeaf(List<LeafReaderContext> leaves) {
      this.leaves = leaves;
    }

    @Override
    public String text(int doc) throws IOException {
      LeafReaderContext context = leaves.get(ReaderUtil.subIndex(doc, leaves));
      if (context != leaf || doc < last) {
        leaf = context;
        values = open(context.reader());
      }
      last = doc;
      return values.text(doc - context.docBase);
    }

    private Reader open(LeafReader reader) throws IOException {
      FieldInfo info = reader.getFieldInfos().fieldInfo(field);
      return switch (info == null ? DocValuesType.NONE : info.getDocValuesType()) {
        case NONE -> doc -> null;
        case BINARY -> binary(DocValues.getBinary(reader, field));
        case SORTED -> sorted(DocValues.getSorted(reader, field));
        case SORTED_SET -> sortedSet(DocValues.getSortedSet(reader, field));
        case NUMERIC, SORTED_NUMERIC ->
            throw new IllegalArgumentException(
                "field '"
                    + field
                    + "' has "
                    + info.getDocValuesType()
                    + " doc values, which are no text; name a binary, sorted or sorted-set field");
      };
    }

    private static Reader binary(BinaryDocValues values) {
      return doc -> values.advanceExact(doc) ? decode(values.binaryValue()) : null;
    }

    private static Reader sorted(SortedDocValues values) {
      return doc -> values.advanceExact(doc) ? decode(values.lookupOrd(values.ordValue())) : null;
    }

    private static Reader sortedSet(SortedSetDocValues values) {
      return doc -> {
        if (!values.advanceExact(doc)) {
          return null;
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < values.docValueCount(); i++) {
          texts.add(decode(values.lookupOrd(values.nextOrd())));
        }
        return String.join(" ", texts);
      };
    }

    /** Unlike BytesRef.utf8ToString, this takes bytes that are no UTF-8. */
    private static String decode(BytesRef bytes) {
      return new String(bytes.bytes, bytes.offset, bytes.length, StandardCharsets.UTF_8);
    }
  }
}
