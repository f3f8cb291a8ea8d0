package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;

/**
 * Keeps each vector field of an index to one model. Lucene does not: it would put vectors of two
 * models into one segment and remember only one of them.
 *
 * <p>A field is claimed for a model twice: before its texts are encoded, so that nothing is encoded
 * for nothing, and again when the document is added, because the first claim may have been dropped
 * in between. Claims are only dropped while no document is being added.
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

  /** Something that is done before. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  private final IndexWriter writer;
  private final FieldRoutes routes;
  private final ReadWriteLock adding = new ReentrantReadWriteLock();
  private final Map<String, Claim> claims = new HashMap<>();

  /** Which Lucene field a model's vectors of a field go to. Guarded by itself for writing. */
  private final Map<List<String>, String> generations = new ConcurrentHashMap<>();

  /** How often that was forgotten: what was found before must not be remembered behind it. */
  private volatile int forgotten;

  private final AtomicInteger resets = new AtomicInteger();

  /**
   * @param routes the models to which this writer leads fields
   */
  ModelGuard(IndexWriter writer, FieldRoutes routes) {
    this.writer = writer;
    this.routes = routes;
  }

  /**
   * Does something with vectors that are not added yet, unless their fields have another model.
   *
   * @param vectors the models of the vectors
   * @param action what to do
   * @throws ModelMismatchException if a field has vectors of another model; nothing was done
   */
  void check(Collection<FieldModels> vectors, Action action) throws IOException {
    try {
      claim(vectors);
      action.run();
    } finally {
      dropUnconfirmed(vectors);
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
   */
  long add(Vectors vectors, Action before, Verb add) throws IOException {
    Set<FieldModels> claimed = new LinkedHashSet<>(vectors.models());
    try {
      claim(claimed);
      before.run();
      adding.readLock().lock();
      try {
        Collection<FieldModels> now = vectors.models();
        claimed.addAll(now);
        claim(now);
        long sequenceNumber = add.run();
        confirm(now);
        return sequenceNumber;
      } finally {
        adding.readLock().unlock();
      }
    } finally {
      dropUnconfirmed(claimed);
    }
  }

  /**
   * Empties the index, after which each field may take vectors of any model.
   *
   * @param deleteAll empties it
   * @return what {@code deleteAll} returns
   */
  long reset(Verb deleteAll) throws IOException {
    adding.writeLock().lock();
    try {
      resets.incrementAndGet();
      long sequenceNumber = deleteAll.run();
      synchronized (claims) {
        claims.clear();
      }
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
    List<String> key = List.of(field, embedder.fingerprint());
    String known = generations.get(key);
    if (known == null) {
      int before = forgotten;
      known = findField(field, embedder);
      synchronized (generations) {
        if (forgotten == before) {
          generations.put(key, known);
        }
      }
    }
    return known;
  }

  private String findField(String field, TextEmbedder embedder) throws IOException {
    String fingerprint = embedder.fingerprint();
    if (writer.getFieldNames().stream().noneMatch(name -> name.startsWith(field + "@"))) {
      return field;
    }
    try (DirectoryReader reader = WriterReaders.open(writer)) {
      // What counts are vectors: a segment declares a field as long as a deleted document had one.
      FieldModels first = FieldModels.of(reader, field);
      if (first.isOnly(fingerprint)) {
        return field;
      }
      String second = FieldGenerations.name(field, fingerprint);
      Set<String> declared = FieldGenerations.generations(reader, field);
      Set<String> generations = new TreeSet<>();
      for (String generation : declared) {
        if (!FieldModels.of(reader, generation).isEmpty()) {
          generations.add(generation);
        }
      }
      if (generations.contains(second)) {
        SecondVectors led = routes.of(field);
        if (led == null || !led.vectorField().equals(second)) {
          requireComplete(reader, field, second, generations, embedder);
        }
        return second;
      }
      if (first.isEmpty() && declared.contains(second)) {
        return second;
      }
      if (first.isEmpty() && !generations.isEmpty()) {
        // Vectors beside those to which the field has moved would be found by no query.
        throw mismatch(
            FieldModels.declared(fieldInfos(reader), generations.iterator().next()),
            FieldModels.of(field, new SemanticFieldType(embedder)));
      }
      return field;
    }
  }

  /** Half led to a model, a field is the others': a document of it alone would be in nobody's. */
  private static void requireComplete(
      IndexReader reader,
      String field,
      String second,
      Set<String> generations,
      TextEmbedder embedder)
      throws IOException {
    Set<String> others = new TreeSet<>(generations);
    others.add(field);
    others.remove(second);
    long missing = VectorCoverage.missing(reader, second, others);
    if (missing > 0) {
      throw new ModelMismatchException(
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
  }

  /**
   * Checks that of each field there is a model that will have a vector of every document in one
   * Lucene field when whole segments have been added. Otherwise no query could search them all.
   *
   * @param segments the segments to add
   * @throws ModelMismatchException if there is none
   */
  void requireCommonModel(List<? extends LeafReader> segments) throws IOException {
    Map<String, Map<String, FieldModels>> common = new HashMap<>();
    try (DirectoryReader reader = WriterReaders.open(writer)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        requireCommonModel(leaf.reader(), common);
      }
      for (LeafReader segment : segments) {
        requireCommonModel(segment, common);
      }
    }
  }

  /**
   * @param common for each field the models that have all vectors of the segments before
   */
  private static void requireCommonModel(
      LeafReader segment, Map<String, Map<String, FieldModels>> common) throws IOException {
    for (Map.Entry<String, Map<String, FieldModels>> each :
        fieldsOfModels(List.of(segment.getFieldInfos())).entrySet()) {
      Map<String, FieldModels> all = each.getValue();
      if (!hasVectors(segment, all)) {
        // Only deleted documents had some.
        continue;
      }
      Map<String, FieldModels> complete = new HashMap<>();
      for (Map.Entry<String, FieldModels> model : all.entrySet()) {
        String field = model.getValue().field();
        if (VectorCoverage.missing(segment, field, fields(all)) == 0) {
          complete.put(model.getKey(), model.getValue());
        }
      }
      Map<String, FieldModels> before = common.putIfAbsent(each.getKey(), complete);
      if (before != null) {
        Map<String, FieldModels> both = new HashMap<>(before);
        both.entrySet().removeIf(one -> !isSameField(one.getValue(), complete.get(one.getKey())));
        if (both.isEmpty()) {
          throw noCommonModel(each.getKey(), before, all);
        }
        common.put(each.getKey(), both);
      }
    }
  }

  private static boolean hasVectors(LeafReader segment, Map<String, FieldModels> models)
      throws IOException {
    return VectorCoverage.missing(segment, "", fields(models)) > 0;
  }

  private static Set<String> fields(Map<String, FieldModels> models) {
    return models.values().stream().map(FieldModels::field).collect(Collectors.toSet());
  }

  private static ModelMismatchException noCommonModel(
      String field, Map<String, FieldModels> before, Map<String, FieldModels> added) {
    return new ModelMismatchException(
        field,
        "Cannot put "
            + describe(before)
            + " and "
            + describe(added)
            + " together in field '"
            + field
            + "': no model would have a vector of every document, all in one Lucene field, so no"
            + " query could search it. Lead both indexes to one model first (ModelMigration, up to"
            + " its finish), in the same way, or index the texts again.");
  }

  private static String describe(Map<String, FieldModels> models) {
    return models.isEmpty()
        ? "vectors of models of which none has all documents"
        : models.values().stream()
            .map(each -> each.describe() + " (in '" + each.field() + "')")
            .sorted()
            .collect(Collectors.joining(" with "));
  }

  private static boolean isSameField(FieldModels models, FieldModels others) {
    return others != null && others.field().equals(models.field());
  }

  /** For each field by the application's name its models, and where their vectors are. */
  private static Map<String, Map<String, FieldModels>> fieldsOfModels(List<FieldInfos> segments) {
    Map<String, Map<String, FieldModels>> fields = new HashMap<>();
    for (FieldModels models : vectorsOf(segments)) {
      for (String fingerprint : models.names().keySet()) {
        fields
            .computeIfAbsent(
                FieldGenerations.baseName(models.field(), fingerprint), base -> new HashMap<>())
            .put(fingerprint, models);
      }
    }
    return fields;
  }

  /** To be called when the vectors of a field were removed. Waits for documents being added. */
  void release(String field) {
    adding.writeLock().lock();
    try {
      synchronized (claims) {
        claims.remove(field);
      }
    } finally {
      adding.writeLock().unlock();
    }
  }

  /** To be called when fields may have come or gone that this guard was not asked about. */
  void forgetGenerations() {
    synchronized (generations) {
      forgotten++;
      generations.clear();
    }
  }

  private void claim(Collection<FieldModels> vectors) throws IOException {
    synchronized (claims) {
      for (FieldModels models : vectors) {
        Claim claim = claims.get(models.field());
        if (claim == null) {
          FieldModels inIndex = modelsInIndex(models.field());
          claim = inIndex.isEmpty() ? new Claim(models, false) : new Claim(inIndex, true);
        }
        if (!models.isUniform() || !claim.models.accepts(models)) {
          throw mismatch(claim.models, models);
        }
        claims.put(models.field(), claim);
      }
    }
  }

  private FieldModels modelsInIndex(String field) throws IOException {
    if (!writer.getFieldNames().contains(field)) {
      return FieldModels.declared(List.of(), field);
    }
    try (DirectoryReader reader = WriterReaders.open(writer)) {
      return FieldModels.declared(fieldInfos(reader), field);
    }
  }

  private void confirm(Collection<FieldModels> vectors) {
    synchronized (claims) {
      for (FieldModels models : vectors) {
        claims.get(models.field()).confirmed = true;
      }
    }
  }

  private boolean hasUnconfirmed(Collection<FieldModels> vectors) {
    synchronized (claims) {
      return vectors.stream()
          .map(models -> claims.get(models.field()))
          .anyMatch(claim -> claim != null && !claim.confirmed);
    }
  }

  /** A document that was not added must not keep its field for its model. */
  private void dropUnconfirmed(Collection<FieldModels> vectors) {
    if (!hasUnconfirmed(vectors)) {
      return;
    }
    adding.writeLock().lock();
    try {
      synchronized (claims) {
        for (FieldModels models : vectors) {
          claims.computeIfPresent(models.field(), (field, claim) -> claim.confirmed ? claim : null);
        }
      }
    } finally {
      adding.writeLock().unlock();
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

  /** What the segments of a reader declare. */
  static List<FieldInfos> fieldInfos(IndexReader reader) {
    List<FieldInfos> infos = new ArrayList<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      infos.add(leaf.reader().getFieldInfos());
    }
    return infos;
  }

  private static final class Claim {
    final FieldModels models;

    /** Whether vectors of the field are known to be in the index. */
    boolean confirmed;

    Claim(FieldModels models, boolean confirmed) {
      this.models = models;
      this.confirmed = confirmed;
    }
  }
}
