package dev.lucenesemantic.document;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.DoubleDocValuesField;
import org.apache.lucene.document.DoubleField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.FloatDocValuesField;
import org.apache.lucene.document.FloatField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StoredValue;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.util.BytesRef;

/**
 * Makes of a document with long texts the documents that go into the index: its passages, and in
 * {@link PassageLayout#BLOCK} itself behind them.
 */
public final class PassageDocuments {
  private static final Map<PassageLayout, FieldType> MARKERS = new EnumMap<>(PassageLayout.class);

  static {
    for (PassageLayout layout : PassageLayout.values()) {
      FieldType type = new FieldType(StringField.TYPE_NOT_STORED);
      type.putAttribute(layout.attribute(), "true");
      type.freeze();
      MARKERS.put(layout, type);
    }
  }

  private final List<PassageField> longTexts = new ArrayList<>();

  /** The document without its long texts. */
  private final List<IndexableField> rest = new ArrayList<>();

  private PassageDocuments(Iterable<? extends IndexableField> document) {
    Set<String> names = new HashSet<>();
    for (IndexableField field : document) {
      if (field instanceof PassageField longText) {
        longTexts.add(longText);
        if (!names.add(longText.name())) {
          throw new IllegalArgumentException(
              "the document has two long texts in field '"
                  + longText.name()
                  + "', so that offsets in them would mean nothing: join them, or give each a field");
        }
      } else {
        rest.add(field);
      }
    }
  }

  /**
   * Divides the long texts of a document. Nothing is encoded yet.
   *
   * <p>In {@link PassageLayout#BLOCK} the result is the passages of the first {@link PassageField},
   * then those of the second and so on, then the document without these fields. In {@link
   * PassageLayout#FLAT} it is the passages, each with the document's other fields; if there are
   * none because the texts are blank, it is the document without them.
   *
   * @param document its fields; iterated once
   * @return what to add as one block, at least one document; the document's own fields if it has no
   *     long text
   * @throws IllegalArgumentException if the document does not have the id that a long text's type
   *     names, or has long texts of both layouts, or one of its fields cannot be in several
   *     documents, as the layout would have it
   */
  public static List<List<IndexableField>> expand(Iterable<? extends IndexableField> document) {
    PassageDocuments documents = new PassageDocuments(document);
    if (documents.longTexts.isEmpty()) {
      return List.of(documents.rest);
    }
    return documents.layout() == PassageLayout.BLOCK ? documents.block() : documents.flat();
  }

  /**
   * Where the index has the text that was encoded for a passage, its title included; for another
   * model to encode.
   *
   * @param field the field that was given the long texts
   * @return what reads it
   */
  public static IndexedText encodedText(String field) {
    PassageNames names = new PassageNames(field);
    return (reader, document) -> {
      Document stored =
          reader.storedFields().document(document, Set.of(names.title(), names.text()));
      String text = stored.get(names.text());
      return text == null ? null : Passage.encoded(stored.get(names.title()), text);
    };
  }

  private PassageLayout layout() {
    PassageField first = longTexts.getFirst();
    for (PassageField other : longTexts) {
      if (other.type().layout() != first.type().layout()) {
        throw new IllegalArgumentException(
            "the document has long texts of different layouts, in field '"
                + first.name()
                + "' of "
                + first.type().layout()
                + " and in field '"
                + other.name()
                + "' of "
                + other.type().layout()
                + "; give both the same");
      }
    }
    return first.type().layout();
  }

  private List<List<IndexableField>> block() {
    List<List<IndexableField>> documents = new ArrayList<>();
    List<IndexableField> parent = new ArrayList<>(rest);
    for (PassageField longText : longTexts) {
      String id = id(longText);
      SplitText split = longText.split();
      for (Passage passage : split.passages()) {
        documents.add(passageFields(longText, passage, id));
      }
      parent.addAll(lost(longText, split));
    }
    documents.add(parent);
    return documents;
  }

  private List<List<IndexableField>> flat() {
    rest.forEach(PassageDocuments::requireRepeatable);
    List<List<IndexableField>> documents = new ArrayList<>();
    List<IndexableField> ids = new ArrayList<>();
    for (PassageField longText : longTexts) {
      String id = id(longText);
      ids.addAll(parentFields(longText, id));
      SplitText split = longText.split();
      for (Passage passage : split.passages()) {
        List<IndexableField> fields = new ArrayList<>(rest);
        fields.addAll(passageFields(longText, passage, id));
        if (passage.number() == 0) {
          fields.addAll(lost(longText, split));
        }
        documents.add(fields);
      }
    }
    if (documents.isEmpty()) {
      ids.addAll(rest);
      documents.add(ids);
    }
    return documents;
  }

  private static void requireRepeatable(IndexableField field) {
    boolean once =
        field.readerValue() != null
            || (field instanceof Field ordinary && ordinary.tokenStreamValue() != null);
    if (once) {
      throw new IllegalArgumentException(
          "field '"
              + field.name()
              + "' is made of a Reader or a TokenStream, which can be read once, and every passage"
              + " of a FLAT layout has the field: give it a string, or take the layout BLOCK");
    }
  }

  /** The id of the document, as the type of a long text says where it is. */
  private String id(PassageField longText) {
    String name = longText.type().parentField();
    String id = null;
    for (IndexableField field : rest) {
      if (field.name().equals(name)) {
        String value = idValue(field);
        if (id != null && value != null && !id.equals(value)) {
          throw new IllegalArgumentException(
              "the document has several ids in field '"
                  + name
                  + "': '"
                  + id
                  + "', '"
                  + value
                  + "'");
        }
        id = value == null ? id : value;
      }
    }
    if (id == null) {
      throw new IllegalArgumentException(
          "the document has no string and no number in field '"
              + name
              + "', which the type of the long text in field '"
              + longText.name()
              + "' names as its id; a DoubleField or FloatField has its number only if it is stored");
    }
    return id;
  }

  private static String idValue(IndexableField field) {
    boolean ofBits =
        field instanceof DoubleField
            || field instanceof FloatField
            || field instanceof DoubleDocValuesField
            || field instanceof FloatDocValuesField;
    if (!ofBits) {
      String value = field.stringValue();
      return value == null && field.numericValue() != null
          ? field.numericValue().toString()
          : value;
    }
    // Lucene gives the bits of what is not stored.
    StoredValue stored = field.storedValue();
    if (stored == null) {
      return null;
    }
    return stored.getType() == StoredValue.Type.DOUBLE
        ? Double.toString(stored.getDoubleValue())
        : Float.toString(stored.getFloatValue());
  }

  private static List<IndexableField> passageFields(
      PassageField longText, Passage passage, String id) {
    PassageNames names = new PassageNames(longText.name());
    PassageFieldType type = longText.type();
    List<IndexableField> fields = new ArrayList<>();
    fields.add(new SemanticField(longText.name(), passage.encoded(), type.vectorType()));
    fields.add(new Field(names.marker(), PassageNames.MARKER_TERM, MARKERS.get(type.layout())));
    fields.add(new NumericDocValuesField(names.marker(), passage.number()));
    fields.add(new StoredField(names.text(), passage.text()));
    if (!passage.title().isEmpty()) {
      fields.add(new StoredField(names.title(), passage.title()));
    }
    fields.add(new NumericDocValuesField(names.start(), passage.start()));
    fields.add(new NumericDocValuesField(names.end(), passage.end()));
    fields.addAll(parentFields(longText, id));
    return fields;
  }

  private static List<IndexableField> parentFields(PassageField longText, String id) {
    String name = new PassageNames(longText.name()).parent();
    return List.of(
        new StringField(name, id, Field.Store.YES),
        new SortedDocValuesField(name, new BytesRef(id)));
  }

  /** Says how much of a text is not in passages; nothing if all is. */
  private static List<IndexableField> lost(PassageField longText, SplitText split) {
    return split.isComplete()
        ? List.of()
        : List.of(
            new NumericDocValuesField(
                CompanionFields.tokensSeen(longText.name()), split.tokensSeen()),
            new NumericDocValuesField(
                CompanionFields.tokensEncoded(longText.name()), split.tokensEncoded()));
  }
}
