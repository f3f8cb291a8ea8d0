package dev.lucenesemantic.rerank;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;

/** Text from stored fields. */
record StoredText(TextTemplate template) implements TextSource {

  @Override
  public Reader open(IndexSearcher searcher) throws IOException {
    StoredFields storedFields = searcher.storedFields();
    Set<String> names = template.fieldNames();
    return doc -> {
      Document document = storedFields.document(doc, names);
      return template.fill(field -> value(document, field));
    };
  }

  private static String value(Document document, String field) {
    String[] values = document.getValues(field);
    String value = String.join(" ", values);
    return value.isBlank() ? null : value;
  }

  @Override
  public String whyMissing(IndexReader reader) {
    Set<String> unknown = new TreeSet<>(template.fieldNames());
    Set<String> known = new TreeSet<>();
    FieldInfos.getMergedFieldInfos(reader).forEach(info -> known.add(info.name));
    unknown.removeAll(known);
    if (unknown.isEmpty()) {
      return "none of these documents has a stored text in "
          + this
          + "; add the field with Field.Store.YES, or take the text from elsewhere with"
          + " TextSource.of";
    }
    return "the index has no " + names(unknown) + "; its fields are " + known;
  }

  private static String names(Set<String> fields) {
    return (fields.size() == 1 ? "field '" : "fields '") + String.join("', '", fields) + "'";
  }

  @Override
  public String toString() {
    return "stored " + names(template.fieldNames());
  }
}
