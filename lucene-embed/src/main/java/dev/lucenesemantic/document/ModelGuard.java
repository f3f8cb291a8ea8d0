package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.IOFunction;
import org.apache.lucene.util.IORunnable;
import org.apache.lucene.util.IOSupplier;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * Keeps each vector field of an index to one model. Lucene does not: it would put vectors of two
 * models into one segment and remember only one of them.
 *
 * <p>A field is claimed for a model twice: before its texts are encoded, so that nothing is encoded
 * for nothing, and again when the document is added, because the index may have been emptied in
 * between. A claim is kept as long as somebody holds it, and then if vectors came in by it.
 */
final class ModelGuard {

  /** Something that an IndexWriter does and gives a sequence number for. */
  @FunctionalInterface
  interface Verb {
    long run() throws IOException;
  }

  /** The models of vectors, with the fields where they are to stand at this moment. */
  @FunctionalInterface
  interface Vectors {
    Collection<FieldModels> models() throws IOException;
  }

  /** Stands for the model of vectors that name none. */
  static final String UNNAMED = "";

  private final WriterGate gate;
  private final IndexedFields fields;
  private final FieldRoutes routes;
  private final ReadWriteLock adding = new ReentrantReadWriteLock();
  private final FieldClaims<FieldModels> claims = new FieldClaims<>(new OneModel());

  /** Which Lucene field a model's vectors of a field go to. Guarded by itself for writing. */
  private final Map<List<String>, String> generations = new ConcurrentHashMap<>();

  /** How often that was forgotten: what was found before must not be remembered behind it. */
  private volatile int forgotten;

  private final AtomicInteger resets = new AtomicInteger();

  /**
   * @param routes the models to which this writer leads fields
   */
  ModelGuard(WriterGate gate, IndexedFields fields, FieldRoutes routes) {
    this.gate = gate;
    this.fields = fields;
    this.routes = routes;
  }

  /**
   * Does something with vectors that are not added yet, unless their fields have another model.
   *
   * @param vectors the models of the vectors
   * @param action what to do; until it ends the fields are kept to their models
   * @return what {@code action} returns
   * @throws ModelMismatchException if a field has vectors of another model; nothing was done
   */
  <T> T check(Collection<FieldModels> vectors, IOSupplier<T> action) throws IOException {
    try (FieldClaims<FieldModels>.Held held = claims.hold()) {
      claim(vectors, held);
      return action.get();
    }
  }

  /**
   * Adds vectors to the index, unless their fields have another model.
   *
   * @param vectors the models of the vectors; asked again when they are added, because the index
   *     may have been emptied since
   * @param before what to do before the vectors are added, while others may write
   * @param add adds them
   * @return what {@code add} returns
   * @throws ModelMismatchException if a field has vectors of another model; nothing was added
   * @throws ThreadInterruptedException if the thread was interrupted while it waited
   */
  long add(Vectors vectors, IORunnable before, Verb add) throws IOException {
    try (FieldClaims<FieldModels>.Held first = claims.hold();
        FieldClaims<FieldModels>.Held held = claims.hold()) {
      claim(vectors.models(), first);
      before.run();
      Interrupts.lock(adding.readLock());
      try {
        claim(vectors.models(), held);
        long sequenceNumber = add.run();
        held.confirm();
        return sequenceNumber;
      } finally {
        adding.readLock().unlock();
      }
    }
  }

  /**
   * Adds whole segments to the index, unless their fields have other models, or there would be
   * fields that no query could search any more. One call at a time, and none while vectors are
   * removed. Where vectors of a field stand, here or there, in the field of a migration, no
   * documents are added meanwhile: they could come into the other.
   *
   * @param segments the segments
   * @param add adds them
   * @return what {@code add} returns
   * @throws ModelMismatchException if vectors would meet that cannot; nothing was added
   * @throws ThreadInterruptedException if the thread was interrupted while it waited
   */
  long addSegments(List<? extends LeafReader> segments, Verb add) throws IOException {
    List<FieldModels> vectors =
        vectorsOf(segments.stream().map(LeafReader::getFieldInfos).toList());
    FieldClaims<FieldModels>.Held held = claims.hold();
    Interrupts.lockBesides(adding.writeLock());
    Lock lock = adding.writeLock();
    try {
      claim(vectors, held);
      List<FieldModels> known =
          gate.read(
              reader -> {
                CommonModels.require(reader, segments);
                return vectorsOf(IndexedFields.of(reader));
              });
      if (Stream.concat(known.stream(), vectors.stream()).noneMatch(FieldModels::isGeneration)) {
        // Then the claims are enough.
        adding.readLock().lock();
        lock.unlock();
        lock = adding.readLock();
      }
      long sequenceNumber = add.run();
      held.confirm();
      return sequenceNumber;
    } finally {
      forgetGenerations();
      lock.unlock();
      held.close();
    }
  }

  /**
   * Empties the index, after which each field may take vectors of any model.
   *
   * @param deleteAll empties it
   * @return what {@code deleteAll} returns
   * @throws ThreadInterruptedException if the thread was interrupted while it waited
   */
  long reset(Verb deleteAll) throws IOException {
    Interrupts.lockBesides(adding.writeLock());
    try {
      resets.incrementAndGet();
      long sequenceNumber = deleteAll.run();
      fields.forget();
      // Also those of documents whose texts are being encoded: they claim again.
      claims.dropAll();
      forgetGenerations();
      return sequenceNumber;
    } finally {
      adding.writeLock().unlock();
    }
  }

  /** How often the index was emptied: what was known of it before does not hold any more. */
  int resets() {
    return resets.get();
  }

  /**
   * The Lucene field into which vectors go.
   *
   * @param field the field by the application's name
   * @param embedder the model of the vectors
   * @return the field itself, or that of a migration to this model
   * @throws ModelMismatchException if the field has moved to another model altogether
   */
  String fieldFor(String field, TextEmbedder embedder) throws IOException {
    return fieldFor(
        field, embedder.fingerprint(), reader -> findField(reader, field, embedder, true));
  }

  /**
   * The same for vectors that come without second ones, as those of documents in the index do.
   *
   * @throws ModelMismatchException if the field has moved to another model, or not all documents
   *     have a vector of this one
   */
  String fieldAlone(String field, TextEmbedder embedder) throws IOException {
    return gate.read(reader -> findField(reader, field, embedder, false));
  }

  /** Looks at the index only if there are fields of migrations, and then remembers what it says. */
  private String fieldFor(
      String field, String fingerprint, IOFunction<DirectoryReader, String> look)
      throws IOException {
    List<String> key = List.of(field, fingerprint);
    String known = generations.get(key);
    if (known == null) {
      int before = forgotten;
      String start = FieldGenerations.name(field, "");
      boolean any =
          routes.of(field) != null
              || gate.writer().getFieldNames().stream().anyMatch(name -> name.startsWith(start));
      known = any ? gate.read(look) : field;
      synchronized (generations) {
        if (forgotten == before) {
          generations.put(key, known);
        }
      }
    }
    return known;
  }

  /**
   * @param andSecond whether the documents get vectors of the model to which the field is being led
   *     as well
   */
  private String findField(
      IndexReader reader, String field, TextEmbedder embedder, boolean andSecond)
      throws IOException {
    String fingerprint = embedder.fingerprint();
    // What counts are vectors: a segment declares a field as long as a deleted document had one.
    FieldModels first = FieldModels.of(reader, field);
    String second = FieldGenerations.name(field, fingerprint);
    Set<String> declared = FieldGenerations.generations(reader, field);
    Set<String> generations = withVectors(reader, declared);
    SecondVectors led = routes.of(field);
    boolean isLed = led != null && led.type().embedder().fingerprint().equals(fingerprint);
    if (first.isOnly(fingerprint) || generations.contains(second) || isLed) {
      String own = first.isOnly(fingerprint) ? field : isLed ? led.vectorField() : second;
      Set<String> all = new TreeSet<>(generations);
      all.add(field);
      long missing = VectorCoverage.missing(reader, own, all);
      boolean inLed =
          andSecond
              && led != null
              && !isLed
              && VectorCoverage.missing(reader, led.vectorField(), all) == 0;
      if (missing > 0 && !inLed) {
        throw incomplete(field, embedder, missing);
      }
      return own;
    }
    if (first.isEmpty() && declared.contains(second)) {
      return second;
    }
    if (first.isEmpty() && !generations.isEmpty()) {
      // Vectors beside those to which the field has moved would be found by no query.
      throw mismatch(
          FieldModels.declared(IndexedFields.of(reader), generations.iterator().next()),
          FieldModels.of(field, new SemanticFieldType(embedder)));
    }
    return field;
  }

  /**
   * Checks that vectors that name no model may come into a field.
   *
   * @param field the field
   * @throws ModelMismatchException if the field has moved to a model altogether: beside its vectors
   *     no query would find them
   */
  void requireNotMoved(String field) throws IOException {
    fieldFor(field, UNNAMED, reader -> requireNotMoved(reader, field));
  }

  private static String requireNotMoved(IndexReader reader, String field) throws IOException {
    Set<String> generations = withVectors(reader, FieldGenerations.generations(reader, field));
    if (FieldModels.of(reader, field).isEmpty() && !generations.isEmpty()) {
      throw mismatch(
          FieldModels.of(reader, generations.iterator().next()),
          new FieldModels(field, new TreeMap<>(), true));
    }
    return field;
  }

  private static Set<String> withVectors(IndexReader reader, Set<String> fields)
      throws IOException {
    Set<String> found = new TreeSet<>();
    for (String field : fields) {
      if (!FieldModels.of(reader, field).isEmpty()) {
        found.add(field);
      }
    }
    return found;
  }

  /** Half led to a model, a field is the others': a document of it alone would be in nobody's. */
  private static ModelMismatchException incomplete(
      String field, TextEmbedder embedder, long missing) {
    return new ModelMismatchException(
        field,
        "Cannot add vectors of model "
            + FieldModels.describe(embedder.modelName(), embedder.fingerprint())
            + " to field '"
            + field
            + "' yet: its migration to this model has "
            + missing
            + " documents to go, and until then searches use the other one. Add with that one, or"
            + " let ModelMigration.fill end first.");
  }

  /** To be called when the vectors of a field were removed: what is there now decides anew. */
  void release(String field) {
    fields.forget();
    claims.forget(field);
  }

  /** To be called when fields may have come or gone that this guard was not asked about. */
  void forgetGenerations() {
    synchronized (generations) {
      forgotten++;
      generations.clear();
    }
  }

  private static void claim(Collection<FieldModels> vectors, FieldClaims<FieldModels>.Held held)
      throws IOException {
    for (FieldModels models : vectors) {
      held.claim(models.field(), models);
    }
  }

  private static ModelMismatchException mismatch(FieldModels inIndex, FieldModels given) {
    return new ModelMismatchException(
        given.field(),
        "Cannot add "
            + given.describe()
            + " to field '"
            + given.field()
            + "'"
            + (inIndex.accepts(given) ? "" : ", which has " + inIndex.describe())
            + ": vectors of different models cannot be compared. Keep one field for each model, or"
            + " empty the index and index the texts again with one. Vectors that were made"
            + " elsewhere name their model when they are indexed with new"
            + " KnnFloatVectorField(name, vector, semanticFieldType).");
  }

  /** The fields and models of whole segments. */
  static List<FieldModels> vectorsOf(List<FieldInfos> segments) {
    return segments.stream()
        .flatMap(infos -> StreamSupport.stream(infos.spliterator(), false))
        .filter(FieldInfo::hasVectorValues)
        .map(FieldInfo::getName)
        .distinct()
        .map(field -> FieldModels.declared(segments, field))
        .toList();
  }

  /** The models of vectors that segments declare: a merge would unite them all. */
  private final class OneModel implements FieldClaims.Rule<FieldModels> {

    @Override
    public Optional<FieldModels> inIndex(String field, boolean now) throws IOException {
      FieldModels declared =
          FieldModels.declared(now ? fields.now() : fields.declaring(field), field);
      return Optional.of(declared).filter(models -> !models.isEmpty());
    }

    @Override
    public boolean accepts(FieldModels kept, FieldModels wanted) {
      return wanted.isUniform() && kept.accepts(wanted);
    }

    @Override
    public RuntimeException refusal(String field, FieldModels kept, FieldModels wanted) {
      return mismatch(kept, wanted);
    }
  }
}
