package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.util.BytesRef;

/**
 * Gives the semantic fields of documents their vectors before the documents are added: which Lucene
 * field they go to, their own and those of a model to which the field is being led, and what stands
 * beside them.
 */
final class DocumentVectors {
  private final ModelGuard guard;
  private final EncodedOnce encoder;
  private final FieldRoutes routes;
  private final FailurePolicy policy;

  DocumentVectors(ModelGuard guard, EncodedOnce encoder, FieldRoutes routes, FailurePolicy policy) {
    this.guard = guard;
    this.encoder = encoder;
    this.routes = routes;
    this.policy = policy;
  }

  /**
   * Puts vectors where the index has those of their model. May be done again, if that has changed.
   *
   * @return the models of the vectors
   */
  Set<FieldModels> place(List<List<IndexableField>> documents) throws IOException {
    for (List<IndexableField> document : documents) {
      for (int i = 0; i < document.size(); i++) {
        if (document.get(i) instanceof SemanticField field) {
          String name = guard.fieldFor(baseName(field), field.fieldType().embedder());
          if (!name.equals(field.name())) {
            document.set(i, field.named(name));
          }
        } else if (document.get(i) instanceof KnnFloatVectorField vector
            && vector.fieldType() instanceof SemanticFieldType type) {
          String name = guard.fieldFor(baseName(vector), type.embedder());
          if (!name.equals(vector.name())) {
            document.set(i, new KnnFloatVectorField(name, vector.vectorValue(), type));
          }
        } else if (isVector(document.get(i))) {
          guard.requireNotMoved(document.get(i).name());
        }
      }
    }
    return models(documents);
  }

  /**
   * Encodes what is to be encoded and puts into the documents what stands beside their vectors.
   *
   * @param underWay these documents
   * @return the second vectors of each document, to be {@link #addSeconds added} when the document
   *     is; nothing if no field is being led anywhere
   * @throws EncodingException if a text cannot be encoded and the policy is to fail then
   */
  List<List<SemanticField>> make(
      List<List<IndexableField>> documents, FieldRoutes.UnderWay underWay) throws IOException {
    encode(documents);
    List<List<SemanticField>> seconds = secondVectors(documents, underWay);
    requireKnown(documents, seconds, underWay);
    addCompanions(documents);
    return seconds;
  }

  /**
   * Encodes the texts of many documents together. They are found again when each is {@link #make
   * made ready} on its own.
   *
   * @param underWay these documents
   * @throws EncodingException if one of them cannot be encoded
   */
  void encodeAhead(List<List<IndexableField>> documents, FieldRoutes.UnderWay underWay)
      throws IOException {
    encoder.encode(unencoded(documents));
    secondVectors(documents, underWay);
  }

  /** Adds second vectors, but for those of a migration that has ended meanwhile. */
  void addSeconds(List<List<IndexableField>> documents, List<List<SemanticField>> seconds) {
    for (int i = 0; i < seconds.size(); i++) {
      for (SemanticField second : seconds.get(i)) {
        SecondVectors led = routes.of(baseName(second));
        if (led != null && led.vectorField().equals(second.name())) {
          documents.get(i).add(second);
        }
      }
    }
  }

  private void encode(List<List<IndexableField>> documents) throws IOException {
    List<SemanticField> fields = unencoded(documents);
    try {
      encoder.encode(fields);
    } catch (EncodingException e) {
      if (policy == FailurePolicy.FAIL || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      for (List<IndexableField> document : documents) {
        for (int i = 0; i < document.size(); i++) {
          if (document.get(i) instanceof SemanticField field && !field.isEncoded()) {
            document.set(
                i,
                fields.size() == 1
                    ? pending(document, field, e)
                    : encodedOrPending(document, field));
          }
        }
      }
    }
  }

  private IndexableField encodedOrPending(List<IndexableField> document, SemanticField field)
      throws IOException {
    try {
      encoder.encode(List.of(field));
      return field;
    } catch (EncodingException e) {
      return pending(document, field, e);
    }
  }

  private static IndexableField pending(
      List<IndexableField> document, SemanticField field, EncodingException failure) {
    if (field.image().isPresent() || Thread.currentThread().isInterrupted()) {
      throw failure;
    }
    if (document.stream()
        .anyMatch(each -> each != null && each != field && each.name().equals(field.name()))) {
      // Without a vector Lucene would remember it as a field that never has one.
      throw new EncodingException(
          "The document has other values in field '"
              + field.name()
              + "' and so cannot wait for its vector there: give the vectors a field of their own",
          failure);
    }
    return new PendingText.InPlace(baseName(field), field);
  }

  /** The application's name of a field. */
  private static String baseName(IndexableField field) {
    return field.fieldType() instanceof SemanticFieldType type
        ? FieldGenerations.baseName(field.name(), type.embedder().fingerprint())
        : field.name();
  }

  private static void addCompanions(List<List<IndexableField>> documents) {
    for (List<IndexableField> document : documents) {
      List<IndexableField> companions = new ArrayList<>();
      for (IndexableField field : document) {
        if (field instanceof SemanticField semantic && semantic.image().isEmpty()) {
          String name = baseName(semantic);
          companions.add(textHash(name, semantic.textHash()));
          if (semantic.tokensSeen() > semantic.tokensEncoded() && !isRecorded(document, name)) {
            companions.add(
                new NumericDocValuesField(CompanionFields.tokensSeen(name), semantic.tokensSeen()));
            companions.add(
                new NumericDocValuesField(
                    CompanionFields.tokensEncoded(name), semantic.tokensEncoded()));
          }
        }
        if (field instanceof PendingText.InPlace pending) {
          companions.add(textHash(pending.baseField(), pending.textHash()));
        }
      }
      document.addAll(companions);
    }
  }

  /** Whether a passage says already how much of the whole text was lost. */
  private static boolean isRecorded(List<IndexableField> document, String field) {
    String seen = CompanionFields.tokensSeen(field);
    return document.stream().anyMatch(each -> each.name().equals(seen));
  }

  /**
   * Makes vectors of the models to which fields are being led as well. How much of a text was read
   * is then what the new model says, as of the documents that are filled.
   *
   * @return those of each document; nothing if no field is being led anywhere
   */
  private List<List<SemanticField>> secondVectors(
      List<List<IndexableField>> documents, FieldRoutes.UnderWay underWay) throws IOException {
    if (routes.areNone()) {
      return List.of();
    }
    IdentityHashMap<SemanticField, SemanticField> firsts = new IdentityHashMap<>();
    List<List<SemanticField>> all = new ArrayList<>();
    for (List<IndexableField> document : documents) {
      List<SemanticField> seconds = new ArrayList<>();
      for (IndexableField field : document) {
        if (field instanceof SemanticField semantic) {
          SecondVectors vectors = routes.of(baseName(semantic));
          Optional<SemanticField> second =
              vectors == null ? Optional.empty() : vectors.of(semantic);
          second.ifPresent(seconds::add);
          second.ifPresent(each -> firsts.put(each, semantic));
        }
      }
      all.add(seconds);
    }
    if (failureOf(all.stream().flatMap(List::stream).toList()).isPresent()) {
      for (int i = 0; i < documents.size(); i++) {
        List<SemanticField> encoded = new ArrayList<>();
        for (SemanticField second : all.get(i)) {
          Optional<Throwable> failure =
              second.isEncoded() ? Optional.empty() : failureOf(List.of(second));
          if (failure.isEmpty()) {
            encoded.add(second);
          } else {
            doWithout(second, firsts.get(second), documents.get(i), failure.get(), underWay);
          }
        }
        all.get(i).retainAll(encoded);
      }
    }
    all.stream()
        .flatMap(List::stream)
        .forEach(each -> firsts.get(each).setTokens(each.tokensSeen(), each.tokensEncoded()));
    return all;
  }

  private Optional<Throwable> failureOf(List<SemanticField> seconds) throws IOException {
    try {
      encoder.encode(seconds);
      return Optional.empty();
    } catch (EncodingException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  /**
   * As long as not all documents have vectors of the model to which a field is being led, the
   * application uses the other one, and the filling will report this text. Later it may search with
   * that model, which one document without a vector of it would end.
   */
  private void doWithout(
      SemanticField second,
      SemanticField first,
      List<IndexableField> document,
      Throwable failure,
      FieldRoutes.UnderWay underWay) {
    if (!underWay.isFilled(second.name())) {
      return;
    }
    EncodingException cause =
        new EncodingException(
            "Field '"
                + baseName(first)
                + "' is being led to model "
                + second.fieldType().model()
                + ", by which searches may go already, and it cannot encode a text of this document."
                + " If it is not to be the field's model, end that with ModelMigration.finish of the"
                + " one that stays. "
                + failure.getMessage(),
            failure);
    if (policy == FailurePolicy.FAIL) {
      throw cause;
    }
    document.set(document.indexOf(first), pending(document, first, cause));
  }

  /**
   * Vectors that were made elsewhere, and those of images, have no text of which the model to which
   * a field has been led could make one.
   */
  private void requireKnown(
      List<List<IndexableField>> documents,
      List<List<SemanticField>> seconds,
      FieldRoutes.UnderWay underWay) {
    // None if no field was being led anywhere, whatever has begun since.
    for (int i = 0; i < seconds.size(); i++) {
      Set<String> vectors = new HashSet<>();
      Stream.concat(
              documents.get(i).stream().filter(DocumentVectors::isVector), seconds.get(i).stream())
          .forEach(field -> vectors.add(field.name()));
      for (IndexableField field : documents.get(i)) {
        if (isVector(field)) {
          requireKnown(baseName(field), vectors, underWay);
        }
      }
    }
  }

  private void requireKnown(String base, Set<String> vectors, FieldRoutes.UnderWay underWay) {
    SecondVectors led = routes.of(base);
    if (led != null
        && underWay.isFilled(led.vectorField())
        && !vectors.contains(led.vectorField())) {
      throw new ModelMismatchException(
          base,
          "Field '"
              + base
              + "' has been led to model "
              + led.type().model()
              + ", by which searches may go already, and this document has a vector of another one"
              + " and no text of which to make its own. Add it as well, as new"
              + " KnnFloatVectorField(name, vector, semanticFieldType), or end the migration with"
              + " ModelMigration.finish of the model that stays.");
    }
  }

  private static IndexableField textHash(String name, BytesRef hash) {
    return new StringField(CompanionFields.textHash(name), hash, Field.Store.NO);
  }

  private static Set<FieldModels> models(List<List<IndexableField>> documents) {
    Set<FieldModels> models = new LinkedHashSet<>();
    for (List<IndexableField> document : documents) {
      for (IndexableField field : document) {
        if (isVector(field)) {
          models.add(FieldModels.of(field.name(), field.fieldType()));
        }
      }
    }
    return models;
  }

  private static boolean isVector(IndexableField field) {
    return field != null && field.fieldType().vectorDimension() > 0;
  }

  static List<SemanticField> unencoded(List<List<IndexableField>> documents) {
    // Passages can have fields in common.
    Set<SemanticField> met = Collections.newSetFromMap(new IdentityHashMap<>());
    List<SemanticField> fields = new ArrayList<>();
    for (List<IndexableField> document : documents) {
      for (IndexableField field : document) {
        if (field instanceof SemanticField semantic) {
          if (!semantic.isEncoded() && met.add(semantic)) {
            fields.add(semantic);
          }
        } else if (field instanceof KnnFloatVectorField vector
            && field.fieldType() instanceof SemanticFieldType type) {
          checkMadeElsewhere(vector, type);
        }
      }
    }
    return fields;
  }

  private static void checkMadeElsewhere(KnnFloatVectorField field, SemanticFieldType type) {
    try {
      type.check(field.vectorValue());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Field '" + field.name() + "': " + e.getMessage(), e);
    }
  }
}
