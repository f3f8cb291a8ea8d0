package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Gives documents that are in an index the vectors that they lack, segment by segment: it encodes
 * the texts into {@link StagedVectors} and has the {@link SegmentRewriter} put them in. It goes
 * over the index until it finds nothing to do, so documents that are added meanwhile are not left
 * out.
 */
final class VectorFill {
  private static final int MAX_FAILURES = 10;

  /** Documents of a segment that are filled at once: each takes some 100 bytes of memory. */
  private static final int MAX_DOCUMENTS = 1 << 20;

  private final WriterGate gate;
  private final String baseField;
  private final String vectorField;
  private final SemanticFieldType type;
  private final MissingVectors missing;
  private final StagedVectors staging;
  private final Optional<VectorReuse> reuse;
  private final FillMonitor monitor;
  private final Throttle throttle;
  private final CountedEncoder encoder;
  private final BooleanSupplier stop;

  private final Set<BytesRef> failed = new HashSet<>();

  /** Texts that were encoded here and have not come into any document yet. */
  private final Set<BytesRef> unused = new HashSet<>();

  private final List<String> failures = new ArrayList<>();
  private long documents;
  private long encoded;
  private long reused;
  private long remaining;
  private boolean stopped;

  VectorFill(
      WriterGate gate,
      String baseField,
      String vectorField,
      SemanticFieldType type,
      MissingVectors missing,
      StagedVectors staging,
      Optional<VectorReuse> reuse,
      FillMonitor monitor,
      Throttle throttle,
      CountedEncoder encoder,
      BooleanSupplier stop) {
    this.gate = gate;
    this.baseField = baseField;
    this.vectorField = vectorField;
    this.type = type;
    this.missing = missing;
    this.staging = staging;
    this.reuse = reuse;
    this.monitor = monitor;
    this.throttle = throttle;
    this.encoder = encoder;
    this.stop = stop;
  }

  /**
   * Does the work until nothing is left that can be done, or the monitor stops it. Called again, it
   * goes on with what has come in since.
   *
   * @return what has come of it, of all calls together
   * @throws ThreadInterruptedException if the monitor interrupted it; what was encoded is kept
   */
  FillReport run() throws IOException {
    try {
      boolean any = true;
      while (any && !stopped) {
        any = pass();
      }
    } catch (Throwable t) {
      try {
        staging.commit();
      } catch (Throwable another) {
        t.addSuppressed(another);
      }
      throw t;
    }
    staging.commit();
    // What came meanwhile, too.
    lacking();
    return report();
  }

  /** What has come of it so far. */
  FillReport report() {
    return new FillReport(documents, encoded, reused, failed.size(), failures, remaining, stopped);
  }

  private boolean pass() throws IOException {
    boolean any = false;
    for (String segment : lacking()) {
      if (mustStop()) {
        break;
      }
      // A reader for each: one for all would keep the segments on disk that were written anew.
      try (DirectoryReader reader = gate.open()) {
        if (mustStop()) {
          // What the reader shows may be of an index that has been emptied since.
          break;
        }
        LeafReader leaf = leaf(reader, segment);
        any |= leaf == null || fill(leaf);
      }
    }
    return any;
  }

  /** The names of the segments with work. */
  private List<String> lacking() throws IOException {
    List<String> segments = new ArrayList<>();
    remaining = 0;
    try (DirectoryReader reader = gate.open()) {
      for (LeafReaderContext leaf : reader.leaves()) {
        long missing = count(leaf.reader());
        if (missing > 0) {
          segments.add(WriterSegments.name(leaf.reader()));
        }
        remaining += missing;
      }
    }
    return segments;
  }

  /** A segment by its name; null if it was merged away. */
  private static LeafReader leaf(DirectoryReader reader, String segment) {
    for (LeafReaderContext leaf : reader.leaves()) {
      if (WriterSegments.name(leaf.reader()).equals(segment)) {
        return leaf.reader();
      }
    }
    return null;
  }

  /** Whether it is to stop, as it then does for good. */
  boolean mustStop() {
    stopped = stopped || stop.getAsBoolean() || monitor.stop();
    requireNotInterrupted();
    return stopped;
  }

  private void tell() {
    monitor.progress(report());
    requireNotInterrupted();
  }

  /** Only the monitor can have interrupted this thread; see {@link InterruptibleWork}. */
  private static void requireNotInterrupted() {
    if (Thread.interrupted()) {
      throw new ThreadInterruptedException(new InterruptedException());
    }
  }

  private long count(LeafReader segment) throws IOException {
    long count = 0;
    DocIdSetIterator docs = live(segment);
    while (docs.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      count++;
    }
    return count;
  }

  private DocIdSetIterator live(LeafReader segment) throws IOException {
    DocIdSetIterator all = missing.documents(segment);
    Bits live = segment.getLiveDocs();
    return live == null ? all : new LiveDocuments(all, live);
  }

  /** Returns whether another pass is needed to see what has come of it. */
  private boolean fill(LeafReader segment) throws IOException {
    requireVectorField(segment);
    List<Integer> docs = new ArrayList<>();
    List<BytesRef> hashes = new ArrayList<>();
    Map<BytesRef, String> batch = new LinkedHashMap<>();
    long chars = 0;
    DocIdSetIterator live = live(segment);
    for (int doc = live.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS && docs.size() < MAX_DOCUMENTS;
        doc = live.nextDoc()) {
      String text = missing.text(segment, doc);
      BytesRef hash = TextHash.of(text);
      docs.add(doc);
      hashes.add(hash);
      if (failed.contains(hash)
          || staging.contains(hash)
          || batch.containsKey(hash)
          || reuse(hash)) {
        continue;
      }
      batch.put(hash, text);
      chars += text.length();
      if (batch.size() == EncodingQueue.MAX_TEXTS || chars > EncodingQueue.MAX_CHARS) {
        encode(batch);
        batch.clear();
        chars = 0;
        if (mustStop()) {
          return false;
        }
      }
    }
    encode(batch);
    return !stopped && !docs.isEmpty() && rewrite(segment, docs, hashes);
  }

  /** In Lucene a field without vectors cannot get some: they would be lost in the merge. */
  private void requireVectorField(LeafReader segment) {
    FieldInfo info = segment.getFieldInfos().fieldInfo(vectorField);
    if (info != null && !info.hasVectorValues()) {
      throw new IndexStateException(
          "Field '"
              + vectorField
              + "' has other values and no vectors in segment "
              + WriterSegments.name(segment)
              + ", and Lucene lets no field change so. Its texts stay where they are: index them"
              + " again, with a field of their own for the vectors");
    }
  }

  private boolean reuse(BytesRef hash) throws IOException {
    Optional<VectorReuse.Found> found =
        reuse.isEmpty() ? Optional.empty() : reuse.get().find(type.embedder().fingerprint(), hash);
    if (found.isPresent()) {
      staging.add(
          hash,
          type.check(found.get().vector()),
          found.get().tokensSeen(),
          found.get().tokensEncoded());
    }
    return found.isPresent();
  }

  private void encode(Map<BytesRef, String> batch) throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    throttle.before(batch.size(), this::mustStop);
    if (stopped) {
      return;
    }
    List<BytesRef> hashes = List.copyOf(batch.keySet());
    List<SemanticField> fields =
        batch.values().stream().map(text -> new SemanticField(vectorField, text, type)).toList();
    try {
      stage(hashes, fields, encoder.encode(fields));
    } catch (EncodingException e) {
      for (int i = 0; i < fields.size(); i++) {
        encodeAlone(hashes.get(i), fields.get(i));
      }
    }
    tell();
  }

  private void encodeAlone(BytesRef hash, SemanticField field) throws IOException {
    if (staging.contains(hash)) {
      return;
    }
    try {
      stage(List.of(hash), List.of(field), encoder.encode(List.of(field)));
    } catch (EncodingException e) {
      failed.add(hash);
      if (failures.size() < MAX_FAILURES) {
        failures.add(String.valueOf(e.getMessage()));
      }
    }
  }

  private void stage(List<BytesRef> hashes, List<SemanticField> fields, List<float[]> vectors)
      throws IOException {
    for (int i = 0; i < fields.size(); i++) {
      SemanticField field = fields.get(i);
      field.setEncoded(vectors.get(i));
      staging.add(hashes.get(i), field.vectorValue(), field.tokensSeen(), field.tokensEncoded());
      encoded++;
      unused.add(hashes.get(i));
    }
  }

  private boolean rewrite(LeafReader segment, List<Integer> docs, List<BytesRef> hashes)
      throws IOException {
    staging.commit();
    try (StagedVectors.Selection selection = staging.select(hashes)) {
      FilledDocuments filled =
          new FilledDocuments(
              type.vectorDimension(),
              docs.stream().mapToInt(Integer::intValue).toArray(),
              selection,
              WholeTextCounts.of(segment, baseField));
      if (filled.size() == 0) {
        return false;
      }
      boolean done =
          new SegmentRewriter(gate.writer(), stop)
              .rewrite(
                  WriterSegments.name(segment),
                  in -> new FilledReader(in, baseField, vectorField, type, filled));
      if (done) {
        documents += filled.size();
        countReused(hashes, selection);
        remaining = Math.max(0, remaining - filled.size());
        tell();
      }
      return true;
    }
  }

  private void countReused(List<BytesRef> hashes, StagedVectors.Selection selection) {
    for (int i = 0; i < hashes.size(); i++) {
      if (selection.has(i) && !unused.remove(hashes.get(i))) {
        reused++;
      }
    }
  }

  private static final class LiveDocuments extends DocIdSetIterator {
    private final DocIdSetIterator all;
    private final Bits live;

    LiveDocuments(DocIdSetIterator all, Bits live) {
      this.all = all;
      this.live = live;
    }

    @Override
    public int docID() {
      return all.docID();
    }

    @Override
    public int nextDoc() throws IOException {
      int doc = all.nextDoc();
      while (doc != NO_MORE_DOCS && !live.get(doc)) {
        doc = all.nextDoc();
      }
      return doc;
    }

    @Override
    public int advance(int target) throws IOException {
      return slowAdvance(target);
    }

    @Override
    public long cost() {
      return all.cost();
    }
  }
}
