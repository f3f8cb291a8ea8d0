package dev.lucenesemantic.embed;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.image.ImageSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts folders of the tiny CLIP together from the test resources, in all the forms they have. */
public final class ClipFolder {
  private ClipFolder() {}

  /** A plain folder, as transformers saves it, with the two networks in files of their own. */
  public static Path plain(Path target) {
    return plain("split", target);
  }

  /** A plain folder with the networks in two files ({@code split}) or in one ({@code single}). */
  static Path plain(String networks, Path target) {
    ModelFolder.copy(ModelFolder.resource("clip/base"), target);
    ModelFolder.copy(ModelFolder.resource("clip/" + networks), target);
    return target;
  }

  /** A folder as sentence-transformers wrote it before version 5.4. */
  static Path old(String networks, Path target) throws IOException {
    plain(networks, target.resolve("0_CLIPModel"));
    return modules(
        target, "{'path': '0_CLIPModel', 'type': 'sentence_transformers.models.CLIPModel'}");
  }

  /** A folder as version 6 writes it. */
  static Path six(String networks, Path target) throws IOException {
    plain(networks, target);
    Files.delete(target.resolve("preprocessor_config.json"));
    ModelFolder.copy(ModelFolder.resource("clip/six"), target);
    return target;
  }

  /** Writes {@code modules.json}. */
  static Path modules(Path target, String... entries) throws IOException {
    Files.writeString(
        target.resolve("modules.json"),
        ("[" + String.join(", ", entries) + "]").replace('\'', '"'));
    return target;
  }

  static JsonObject description() {
    String json = new String(Reference.bytes("clip/clip.json"), StandardCharsets.UTF_8);
    return JsonParser.parseString(json).getAsJsonObject();
  }

  /** The texts that Python encoded. */
  public static List<String> texts() {
    return strings("texts");
  }

  /** The names of the images. */
  public static List<String> imageNames() {
    return strings("images");
  }

  private static List<String> strings(String key) {
    List<String> strings = new ArrayList<>();
    JsonArray array = description().getAsJsonArray(key);
    array.forEach(each -> strings.add(each.getAsString()));
    return strings;
  }

  /** The file of an image. */
  public static Path image(String name) {
    return ModelFolder.resource("clip/images/" + name);
  }

  static List<ImageSource> images() {
    return imageNames().stream().map(ClipFolder::image).map(ImageSource::of).toList();
  }

  /** What Python gave, by its key. */
  public static List<float[]> expected(String key) {
    JsonObject description = description();
    return Reference.vectors(
        "clip/" + description.get(key).getAsString(), description.get("dimension").getAsInt());
  }
}
