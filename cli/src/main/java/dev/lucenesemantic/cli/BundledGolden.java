package dev.lucenesemantic.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.embed.BundledModel;
import dev.lucenesemantic.model.ModelFile;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Python gave for the models that come in jars; it comes with this program. */
final class BundledGolden {
  private static final String INT8 = "-int8";

  private BundledGolden() {}

  /** For a bi-encoder: the vectors of the original, also for its 8-bit form. */
  static Optional<Golden> of(BundledModel model) {
    return resource(model.modelName().replace(INT8, "") + ".json").map(Golden::read);
  }

  /** For the shipped reranker: the scores that its export wrote down. */
  static Optional<Golden> ofDefaultReranker() {
    return resource("probes.json").map(BundledGolden::probes);
  }

  static boolean isQuantized(BundledModel model) {
    return model.modelName().endsWith(INT8);
  }

  private static Golden probes(ModelFile file) {
    List<Golden.PairScore> scores = new ArrayList<>();
    for (JsonElement element : file.readJson().getAsJsonArray()) {
      JsonObject probe = element.getAsJsonObject();
      scores.add(
          new Golden.PairScore(
              probe.get("query").getAsString(),
              probe.get("document").getAsString(),
              probe.get("int8").getAsFloat()));
    }
    return new Golden("the export of these weights, in Python", Map.of(), List.of(), scores);
  }

  private static Optional<ModelFile> resource(String name) {
    URL url = BundledGolden.class.getResource("golden/" + name);
    return Optional.ofNullable(url).map(ModelFile::ofResource);
  }
}
