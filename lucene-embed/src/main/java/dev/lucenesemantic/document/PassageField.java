package dev.lucenesemantic.document;

import java.io.Reader;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.document.InvertableType;
import org.apache.lucene.document.StoredValue;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.IndexableFieldType;
import org.apache.lucene.util.BytesRef;

/**
 * A long text in a document, which goes into the index as passages with a vector each. {@link
 * SemanticIndexWriter} makes them; {@link PassageDocuments} does where another writer is used. A
 * plain {@code IndexWriter} refuses the field.
 *
 * <p>The long text itself is neither indexed nor stored as a whole: each passage stores its own
 * part of it. For words in it to be found, add a {@code TextField} under another name.
 */
public final class PassageField implements IndexableField {
  private final String name;
  private final String title;
  private final String text;
  private final PassageFieldType type;

  /**
   * Makes a field; nothing is divided or encoded yet.
   *
   * @param name the name of the field, under which the vectors will be
   * @param text the text; of any length, may be empty
   * @param type how it becomes passages
   * @throws IllegalArgumentException if one of them is null
   */
  public PassageField(String name, String text, PassageFieldType type) {
    this(name, "", text, type);
  }

  /**
   * Makes a field whose passages are encoded with a title in front of each; nothing is divided or
   * encoded yet.
   *
   * @param name the name of the field, under which the vectors will be
   * @param title the title or heading; empty for none
   * @param text the text; of any length, may be empty
   * @param type how it becomes passages
   * @throws IllegalArgumentException if one of them is null
   */
  public PassageField(String name, String title, String text, PassageFieldType type) {
    this.name = require(name, "name must not be null");
    this.title = require(title, "the title of field '" + name + "' must not be null");
    this.text = require(text, "the text of field '" + name + "' must not be null");
    this.type = require(type, "the type of field '" + name + "' must not be null");
  }

  private static <T> T require(T argument, String message) {
    if (argument == null) {
      throw new IllegalArgumentException(message);
    }
    return argument;
  }

  /**
   * What stands in front of each passage when it is encoded.
   *
   * @return the title; empty for none
   */
  public String title() {
    return title;
  }

  /**
   * The long text.
   *
   * @return the text
   */
  public String text() {
    return text;
  }

  /**
   * How the text becomes passages.
   *
   * @return the type given to the constructor
   */
  public PassageFieldType type() {
    return type;
  }

  /**
   * Divides the text.
   *
   * @return its passages
   * @throws dev.lucenesemantic.inference.InferenceException if the model is closed or its tokenizer
   *     fails
   */
  public SplitText split() {
    return type.splitter().split(title, text);
  }

  @Override
  public String name() {
    return name;
  }

  /**
   * Refuses to be indexed as it is, which is when an {@code IndexWriter} asks for the type.
   *
   * @throws IllegalStateException always
   */
  @Override
  public IndexableFieldType fieldType() {
    throw new IllegalStateException(
        "Field '"
            + name
            + "' is a long text, which a plain IndexWriter does not divide into passages: add the"
            + " document with a SemanticIndexWriter, or give the writer what"
            + " PassageDocuments.expand makes of it");
  }

  @Override
  public StoredValue storedValue() {
    return null;
  }

  @Override
  public TokenStream tokenStream(Analyzer analyzer, TokenStream reuse) {
    return null;
  }

  @Override
  public BytesRef binaryValue() {
    return null;
  }

  @Override
  public String stringValue() {
    return text;
  }

  @Override
  public Reader readerValue() {
    return null;
  }

  @Override
  public Number numericValue() {
    return null;
  }

  @Override
  public InvertableType invertableType() {
    return InvertableType.BINARY;
  }

  @Override
  public String toString() {
    return "PassageField<" + name + ":" + text + ">";
  }
}
