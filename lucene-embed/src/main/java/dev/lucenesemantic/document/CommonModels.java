package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;

/**
 * For each field the models that have a vector of every document of some segments, all in one
 * Lucene field. Without such a model no query could search them together.
 */
final class CommonModels {
  /** By the application's name of the field, then by fingerprint. */
  private final Map<String, Map<String, FieldModels>> common = new HashMap<>();

  private CommonModels() {}

  /**
   * Checks that an index can be searched, by all models by which it can be now, when whole segments
   * have been added.
   *
   * @param index what there is
   * @param segments what is to be added
   * @throws ModelMismatchException if not
   */
  static void require(IndexReader index, List<? extends LeafReader> segments) throws IOException {
    CommonModels models = new CommonModels();
    for (LeafReaderContext leaf : index.leaves()) {
      models.add(leaf.reader());
    }
    Map<String, Map<String, FieldModels>> before = new HashMap<>(models.common);
    for (LeafReader segment : segments) {
      models.add(segment);
    }
    for (Map.Entry<String, Map<String, FieldModels>> each : before.entrySet()) {
      Set<String> lost = new HashSet<>(each.getValue().keySet());
      lost.removeAll(models.common.get(each.getKey()).keySet());
      if (!lost.isEmpty()) {
        throw noLonger(each.getKey(), each.getValue(), lost);
      }
    }
  }

  private void add(LeafReader segment) throws IOException {
    for (Map.Entry<String, Map<String, FieldModels>> each : fieldsOfModels(segment).entrySet()) {
      Map<String, FieldModels> all = each.getValue();
      Set<String> names = all.values().stream().map(FieldModels::field).collect(Collectors.toSet());
      if (VectorCoverage.missing(segment, "", names) == 0) {
        // Only deleted documents had vectors.
        continue;
      }
      Map<String, FieldModels> complete = new HashMap<>();
      for (Map.Entry<String, FieldModels> model : all.entrySet()) {
        if (VectorCoverage.missing(segment, model.getValue().field(), names) == 0) {
          complete.put(model.getKey(), model.getValue());
        }
      }
      Map<String, FieldModels> before = common.get(each.getKey());
      if (before != null) {
        complete.entrySet().removeIf(one -> !isSameField(one.getValue(), before.get(one.getKey())));
        if (complete.isEmpty()) {
          throw none(each.getKey(), before, all);
        }
      }
      common.put(each.getKey(), complete);
    }
  }

  private static boolean isSameField(FieldModels models, FieldModels others) {
    return others != null && others.field().equals(models.field());
  }

  /** For each field by the application's name its models, and where their vectors are. */
  private static Map<String, Map<String, FieldModels>> fieldsOfModels(LeafReader segment) {
    Map<String, Map<String, FieldModels>> fields = new HashMap<>();
    for (FieldModels models : ModelGuard.vectorsOf(List.of(segment.getFieldInfos()))) {
      Set<String> fingerprints = new HashSet<>(models.names().keySet());
      if (models.unnamed()) {
        fingerprints.add(ModelGuard.UNNAMED);
      }
      for (String fingerprint : fingerprints) {
        fields
            .computeIfAbsent(
                FieldGenerations.baseName(models.field(), fingerprint), base -> new HashMap<>())
            .put(fingerprint, models);
      }
    }
    return fields;
  }

  private static ModelMismatchException none(
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
            + " its finish), in the same way, or index the texts again; if they have the same model,"
            + " one by a migration and the other from the beginning, then with"
            + " ModelMigration.fill before the first document.");
  }

  private static ModelMismatchException noLonger(
      String field, Map<String, FieldModels> before, Set<String> lost) {
    return new ModelMismatchException(
        field,
        "Field '"
            + field
            + "' has "
            + describe(before)
            + " of all documents, as before the end of a migration, and some of those to add have no "
            + lost.stream()
                .map(before::get)
                .map(FieldModels::describe)
                .sorted()
                .collect(Collectors.joining(" and no "))
            + ", so that queries with that model would be refused. Lead the other index to the same"
            + " model first (ModelMigration.fill).");
  }

  private static String describe(Map<String, FieldModels> models) {
    return models.isEmpty()
        ? "vectors of models of which none has all documents"
        : models.values().stream()
            .map(each -> each.describe() + " (in '" + each.field() + "')")
            .sorted()
            .collect(Collectors.joining(" with "));
  }
}
