package dev.lucenesemantic.document;

import dev.lucenesemantic.embed.TextEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.StreamSupport;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
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

  /** Something that is done before. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  private final IndexWriter writer;
  private final ReadWriteLock adding = new ReentrantReadWriteLock();
  private final Map<String, Claim> claims = new HashMap<>();

  /** Which Lucene field a model's vectors of a field go to. Guarded by itself for writing. */
  private final Map<List<String>, String> generations = new ConcurrentHashMap<>();

  /** How often that was forgotten: what was found before must not be remembered behind it. */
  private volatile int forgotten;

  ModelGuard(IndexWriter writer) {
    this.writer = writer;
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
   * @param vectors the models of the vectors
   * @param before what to do before the vectors are added, while others may write
   * @param add adds them
   * @return what {@code add} returns
   * @throws ModelMismatchException if a field has vectors of another model; nothing was added
   */
  long add(Collection<FieldModels> vectors, Action before, Verb add) throws IOException {
    try {
      claim(vectors);
      before.run();
      adding.readLock().lock();
      try {
        claim(vectors);
        long sequenceNumber = add.run();
        confirm(vectors);
        return sequenceNumber;
      } finally {
        adding.readLock().unlock();
      }
    } finally {
      dropUnconfirmed(vectors);
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
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
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
      if (generations.contains(second) || (first.isEmpty() && declared.contains(second))) {
        return second;
      }
      if (first.isEmpty() && !generations.isEmpty()) {
        // Vectors beside those to which the field has moved would be found by no query.
        throw mismatch(
            FieldModels.declared(fieldInfos(reader), generations.iterator().next()),
            new FieldModels(
                field, new TreeMap<>(Map.of(fingerprint, embedder.modelName())), false));
      }
      return field;
    }
  }

  /**
   * Checks that whole segments have each model's vectors of a field in the Lucene field in which
   * this index has them, and that there is a model whose vectors all segments have. Otherwise no
   * query would find the documents of both.
   *
   * @param segments the fields of the segments
   * @throws ModelMismatchException if a field of this index has moved to another model, or that of
   *     some of the segments has
   */
  void requireSameFields(List<FieldInfos> segments) throws IOException {
    requireCommonModel(segments);
    Map<String, Map<String, FieldModels>> fields;
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
      fields = fieldsOfModels(fieldInfos(reader));
    }
    for (Map.Entry<String, Map<String, FieldModels>> added : fieldsOfModels(segments).entrySet()) {
      Map<String, FieldModels> here = fields.getOrDefault(added.getKey(), Map.of());
      added
          .getValue()
          .forEach(
              (fingerprint, models) -> {
                FieldModels same = here.get(fingerprint);
                if (!here.isEmpty() && (same == null || !same.field().equals(models.field()))) {
                  throw mismatch(here.values().iterator().next(), models);
                }
              });
    }
  }

  private static void requireCommonModel(List<FieldInfos> segments) {
    Map<String, Map<String, FieldModels>> common = new HashMap<>();
    for (FieldInfos segment : segments) {
      fieldsOfModels(List.of(segment))
          .forEach(
              (field, models) -> {
                Map<String, FieldModels> before = common.putIfAbsent(field, models);
                if (before == null) {
                  return;
                }
                FieldModels other = before.values().iterator().next();
                before
                    .entrySet()
                    .removeIf(each -> !isSameField(each.getValue(), models.get(each.getKey())));
                if (before.isEmpty()) {
                  throw mismatch(other, models.values().iterator().next());
                }
              });
    }
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
    try (DirectoryReader reader = DirectoryReader.open(writer)) {
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
