package dev.lucenesemantic.document;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.IOUtils;

/**
 * Vectors that were made for documents which are in an index already, by the hash of their text,
 * until the segments are rewritten with them. They are a small index of their own on disk, so that
 * work which is broken off goes on where it was.
 */
final class StagedVectors implements Closeable {
  private static final String HASH = "hash";
  private static final String SEEN = "seen";
  private static final String ENCODED = "encoded";

  /** Vectors after which what was made is made safe. */
  private static final int COMMIT_EVERY = 4096;

  /** So much of the work may be lost at the most, if the process is killed. */
  private static final long COMMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final String vectorField;
  private final IndexWriter writer;
  private final LongSupplier nanoTime;
  private DirectoryReader committed;
  private long lastCommit;

  /** Hashes of what {@link #committed} does not have yet. */
  private final Set<BytesRef> added = new HashSet<>();

  /**
   * Opens or makes the index.
   *
   * @param directory where it is
   * @param fingerprint the model of the vectors; those of other models are left alone
   * @throws org.apache.lucene.index.CorruptIndexException if what is there is damaged
   */
  StagedVectors(Directory directory, String fingerprint) throws IOException {
    this(directory, fingerprint, System::nanoTime);
  }

  StagedVectors(Directory directory, String fingerprint, LongSupplier nanoTime) throws IOException {
    this.nanoTime = nanoTime;
    lastCommit = nanoTime.getAsLong();
    vectorField = "vector@" + fingerprint;
    IndexWriterConfig config = new IndexWriterConfig();
    config.setCommitOnClose(true);
    writer = new IndexWriter(directory, config);
    boolean opened = false;
    try {
      writing(writer::commit);
      committed = DirectoryReader.open(writer);
      checkIntegrity();
      opened = true;
    } finally {
      if (!opened) {
        IOUtils.close(committed, writer::rollback);
      }
    }
  }

  /** What the disk has changed would come into the index as a wrong vector. */
  private void checkIntegrity() throws IOException {
    for (LeafReaderContext leaf : committed.leaves()) {
      leaf.reader().checkIntegrity();
    }
  }

  void add(BytesRef hash, float[] vector, int tokensSeen, int tokensEncoded) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length);
    bytes.asFloatBuffer().put(vector);
    Document document = new Document();
    document.add(new StringField(key(), hash, Field.Store.NO));
    document.add(new BinaryDocValuesField(vectorField, new BytesRef(bytes.array())));
    document.add(new NumericDocValuesField(SEEN, tokensSeen));
    document.add(new NumericDocValuesField(ENCODED, tokensEncoded));
    writing(() -> writer.addDocument(document));
    added.add(BytesRef.deepCopyOf(hash));
    if (added.size() >= COMMIT_EVERY || nanoTime.getAsLong() - lastCommit >= COMMIT_NANOS) {
      commit();
    }
  }

  /** Something that writes to the disk. */
  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  /** Says where it was that the disk failed: it is another index than the caller's. */
  private void writing(Writing work) throws IOException {
    try {
      work.run();
    } catch (IOException e) {
      throw failure(e);
    } catch (AlreadyClosedException e) {
      // A disk that fails closes the writer, whose next call says only that.
      if (e.getCause() instanceof IOException cause) {
        throw failure(cause);
      }
      throw e;
    }
  }

  private IOException failure(IOException cause) {
    Directory directory = FilterDirectory.unwrap(writer.getDirectory());
    return new IOException(
        "Cannot keep vectors in "
            + (directory instanceof FSDirectory folder ? folder.getDirectory() : directory)
            + " until they come into the index: "
            + cause
            + ". When there is space, start the work again; it goes on where it was",
        cause);
  }

  /** Hashes of different models must not meet in one field. */
  private String key() {
    return HASH + vectorField;
  }

  boolean contains(BytesRef hash) throws IOException {
    return added.contains(hash) || find(hash) >= 0;
  }

  /** Makes safe what was added. */
  void commit() throws IOException {
    writing(writer::commit);
    DirectoryReader newer = DirectoryReader.openIfChanged(committed, writer);
    if (newer != null) {
      committed.close();
      committed = newer;
    }
    added.clear();
    lastCommit = nanoTime.getAsLong();
  }

  /** The number of the vector of a text among those committed; -1 if there is none. */
  private int find(BytesRef hash) throws IOException {
    for (LeafReaderContext leaf : committed.leaves()) {
      Terms hashes = leaf.reader().terms(key());
      if (hashes != null) {
        TermsEnum terms = hashes.iterator();
        if (terms.seekExact(hash)) {
          PostingsEnum docs = terms.postings(null, PostingsEnum.NONE);
          return leaf.docBase + docs.nextDoc();
        }
      }
    }
    return -1;
  }

  /**
   * The committed vectors of some texts.
   *
   * @param hashes the texts; those that have no vector are left out
   * @return their numbers, -1 where there is none, with what reads them; must be closed
   */
  Selection select(List<BytesRef> hashes) throws IOException {
    int[] numbers = new int[hashes.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = find(hashes.get(i));
    }
    committed.incRef();
    return new Selection(committed, vectorField, numbers);
  }

  @Override
  public void close() throws IOException {
    try (writer) {
      committed.close();
    }
  }

  /** Some of the vectors, by their position. Cursors of it may be used by one thread each. */
  static final class Selection implements Closeable {
    private final DirectoryReader reader;
    private final String vectorField;
    private final int[] numbers;

    Selection(DirectoryReader reader, String vectorField, int[] numbers) {
      this.reader = reader;
      this.vectorField = vectorField;
      this.numbers = numbers;
    }

    boolean has(int position) {
      return numbers[position] >= 0;
    }

    Cursor cursor() {
      return new Cursor(this);
    }

    @Override
    public void close() throws IOException {
      reader.decRef();
    }
  }

  /** Reads vectors in any order. */
  static final class Cursor {
    private final Selection selection;
    private LeafReaderContext leaf;
    private BinaryDocValues vectors;
    private NumericDocValues seen;
    private NumericDocValues encoded;

    Cursor(Selection selection) {
      this.selection = selection;
    }

    /** Copies a vector. */
    void read(int position, float[] into) throws IOException {
      int number = selection.numbers[position];
      int doc = seek(number);
      // Doc values can only be read forwards.
      if (vectors == null || vectors.docID() > doc) {
        vectors = leaf.reader().getBinaryDocValues(selection.vectorField);
      }
      if (!vectors.advanceExact(doc)) {
        throw new IllegalStateException("staged vector " + number + " is gone");
      }
      BytesRef bytes = vectors.binaryValue();
      FloatBuffer floats = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length).asFloatBuffer();
      floats.get(into);
    }

    int tokensSeen(int position) throws IOException {
      int doc = seek(selection.numbers[position]);
      seen = atMost(doc, seen, SEEN);
      return number(seen, doc);
    }

    int tokensEncoded(int position) throws IOException {
      int doc = seek(selection.numbers[position]);
      encoded = atMost(doc, encoded, ENCODED);
      return number(encoded, doc);
    }

    /** Values that have not gone beyond a document: they can only be read forwards. */
    private NumericDocValues atMost(int doc, NumericDocValues values, String field)
        throws IOException {
      return values == null || values.docID() > doc
          ? leaf.reader().getNumericDocValues(field)
          : values;
    }

    private static int number(NumericDocValues values, int doc) throws IOException {
      return values != null && values.advanceExact(doc) ? (int) values.longValue() : 0;
    }

    private int seek(int number) {
      if (leaf == null
          || number < leaf.docBase
          || number >= leaf.docBase + leaf.reader().maxDoc()) {
        List<LeafReaderContext> leaves = selection.reader.leaves();
        leaf = leaves.get(ReaderUtil.subIndex(number, leaves));
        vectors = null;
        seen = null;
        encoded = null;
      }
      return number - leaf.docBase;
    }
  }
}
