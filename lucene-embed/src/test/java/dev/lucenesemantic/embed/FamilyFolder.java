package dev.lucenesemantic.embed;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts folders of all families and modules together from the test resources. */
public final class FamilyFolder {
  private FamilyFolder() {}

  /** One model of {@code families/models.json}; printed by its name. */
  record Entry(JsonObject json) {
    String name() {
      return json.get("name").getAsString();
    }

    @Override
    public String toString() {
      return name();
    }
  }

  static List<Entry> all() {
    String json = new String(Reference.bytes("families/models.json"), StandardCharsets.UTF_8);
    List<Entry> entries = new ArrayList<>();
    JsonParser.parseString(json)
        .getAsJsonArray()
        .forEach(entry -> entries.add(new Entry(entry.getAsJsonObject())));
    return entries;
  }

  /** The folder of a model, in {@code target}. */
  static Path make(String name, Path target) {
    Entry entry = all().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    return make(entry, target);
  }

  /** The folder of {@code family-NAME} with PyTorch's weights in place of an ONNX file. */
  public static Path withSafetensors(String family, Path target) {
    make("family-" + family, target);
    ModelFolder.delete(target.resolve("onnx"));
    ModelFolder.copy(ModelFolder.resource("families/safetensors/" + family), target);
    return target;
  }

  static Path make(Entry entry, Path target) {
    for (JsonElement layer : entry.json().getAsJsonArray("layers")) {
      JsonObject object = layer.getAsJsonObject();
      ModelFolder.copy(
          ModelFolder.resource("families/" + object.get("from").getAsString()),
          target.resolve(object.get("to").getAsString()));
    }
    Path own = ModelFolder.resource("families/folders").resolve(entry.name());
    if (Files.exists(own)) {
      ModelFolder.copy(own, target);
    }
    return target;
  }
}
