package dev.lucenesemantic.cli;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.util.Bits;

/** Looks for a stored field. An index does not know which of its fields are: documents do. */
final class StoredFieldNames extends StoredFieldVisitor {
  /** So many documents show which fields there are. */
  private static final int ENOUGH = 1000;

  private final String wanted;
  private final Set<String> names = new TreeSet<>();

  private StoredFieldNames(String wanted) {
    this.wanted = wanted;
  }

  /**
   * Checks that a document stores a field.
   *
   * @throws Refusal if none does; a misspelt name would look like documents without a text
   */
  static void require(DirectoryReader reader, String field) throws IOException {
    StoredFieldNames stored = new StoredFieldNames(field);
    if (!stored.find(reader)) {
      throw new Refusal(
          ExitCode.BAD_INPUT,
          "no document of the index stores a field '" + field + "'; they store " + stored.names);
    }
  }

  private boolean find(DirectoryReader reader) throws IOException {
    boolean known = FieldInfos.getMergedFieldInfos(reader).fieldInfo(wanted) != null;
    int looked = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      StoredFields fields = leaf.reader().storedFields();
      Bits live = leaf.reader().getLiveDocs();
      for (int document = 0; document < leaf.reader().maxDoc(); document++) {
        if (!known && looked == ENOUGH) {
          return false;
        }
        if (live == null || live.get(document)) {
          looked++;
          fields.document(document, this);
          if (names.contains(wanted)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Override
  public Status needsField(FieldInfo field) {
    names.add(field.name);
    return field.name.equals(wanted) ? Status.STOP : Status.NO;
  }
}
