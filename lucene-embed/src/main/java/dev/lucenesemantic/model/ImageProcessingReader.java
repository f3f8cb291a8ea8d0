package dev.lucenesemantic.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.lucenesemantic.model.ImageProcessing.Filter;
import dev.lucenesemantic.model.ImageProcessing.Resize;
import dev.lucenesemantic.model.ImageProcessing.ShortestEdge;
import dev.lucenesemantic.model.ImageProcessing.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what a CLIP image processor is told to do; what is not said is CLIP's own. */
final class ImageProcessingReader {
  private static final Set<String> KNOWN =
      Set.of(
          "do_resize",
          "size",
          "resample",
          "do_center_crop",
          "crop_size",
          "do_rescale",
          "rescale_factor",
          "do_normalize",
          "image_mean",
          "image_std",
          "do_convert_rgb",
          "image_processor_type",
          "feature_extractor_type",
          "processor_class",
          // How Python holds images, not what it does to them.
          "data_format",
          "input_data_format",
          "device",
          "disable_grouping",
          "return_tensors",
          "default_to_square",
          "_valid_processor_keys");

  private static final Set<String> TYPES =
      Set.of(
          "CLIPImageProcessor",
          "CLIPImageProcessorFast",
          "CLIPImageProcessorPil",
          "CLIPFeatureExtractor");

  private static final int SIDE = 224;
  private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
  private static final List<Double> DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

  private final JsonFile file;

  private ImageProcessingReader(JsonFile file) {
    this.file = file;
  }

  /** What is written in a model's folder; as in Python the newer of two places comes first. */
  static ImageProcessing in(Path folder) {
    Path older = folder.resolve("preprocessor_config.json");
    JsonFile file =
        JsonFile.readIfExists(folder.resolve("processor_config.json"))
            .flatMap(processor -> processor.part("image_processor"))
            .or(() -> JsonFile.readIfExists(older))
            .orElseThrow(
                () ->
                    new ModelException(
                        older.toString(),
                        "is missing, so it is not known how images are resized and scaled; fetch"
                            + " the model again"));
    return new ImageProcessingReader(file).read();
  }

  private ImageProcessing read() {
    file.refuseUnknownKeys(KNOWN, "the image processor");
    String key =
        file.has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
    Optional<String> type = file.string(key);
    if (type.isPresent() && !TYPES.contains(type.get())) {
      throw file.error(key, "is '" + type.get() + "'; only CLIP's own is supported");
    }
    boolean resizes = file.bool("do_resize").orElse(true);
    boolean crops = file.bool("do_center_crop").orElse(true);
    boolean scales = file.bool("do_rescale").orElse(true);
    boolean normalizes = file.bool("do_normalize").orElse(true);
    Optional<Resize> resize = resizes ? Optional.of(resize()) : Optional.empty();
    Optional<Size> crop = crops ? Optional.of(crop()) : Optional.empty();
    if (crop.isEmpty() && !(resize.orElse(null) instanceof Size)) {
      throw file.error(
          "do_center_crop", "is false, and images of several sizes would come out; not supported");
    }
    return new ImageProcessing(
        resize,
        filter(),
        crop,
        scales ? number("rescale_factor").orElse(1 / 255.0) : 1,
        normalizes ? numbers("image_mean", MEAN) : List.of(0.0, 0.0, 0.0),
        normalizes ? numbers("image_std", DEVIATION) : List.of(1.0, 1.0, 1.0));
  }

  private Resize resize() {
    if (!file.has("size")) {
      return new ShortestEdge(SIDE);
    }
    JsonElement size = file.object().get("size");
    if (size.isJsonPrimitive()) {
      return new ShortestEdge(pixels("size", size));
    }
    JsonObject sides = sides("size", size);
    if (sides.keySet().equals(Set.of("shortest_edge"))) {
      return new ShortestEdge(pixels("size", sides.get("shortest_edge")));
    }
    return size("size", sides);
  }

  private Size crop() {
    if (!file.has("crop_size")) {
      return new Size(SIDE, SIDE);
    }
    JsonElement crop = file.object().get("crop_size");
    if (crop.isJsonPrimitive()) {
      int side = pixels("crop_size", crop);
      return new Size(side, side);
    }
    return size("crop_size", sides("crop_size", crop));
  }

  private JsonObject sides(String key, JsonElement value) {
    if (!value.isJsonObject()) {
      throw file.error(key, "must be a number or an object and is " + value);
    }
    JsonObject sides = value.getAsJsonObject().deepCopy();
    value.getAsJsonObject().entrySet().stream()
        .filter(side -> side.getValue().isJsonNull())
        .forEach(side -> sides.remove(side.getKey()));
    return sides;
  }

  private Size size(String key, JsonObject sides) {
    if (!sides.keySet().equals(Set.of("height", "width"))) {
      throw file.error(
          key,
          "is "
              + sides
              + "; supported are a number, height and width"
              + (key.equals("size") ? ", and shortest_edge" : ""));
    }
    return new Size(pixels(key, sides.get("height")), pixels(key, sides.get("width")));
  }

  private int pixels(String key, JsonElement value) {
    double number =
        value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()
            ? value.getAsDouble()
            : Double.NaN;
    // Networks read a few hundred; what is far more would only fill the memory.
    if (!(number >= 1 && number <= 8192) || number != (int) number) {
      throw file.error(key, "must be a number of pixels from 1 to 8192 and is " + value);
    }
    return (int) number;
  }

  private Filter filter() {
    if (!file.has("resample")) {
      return Filter.BICUBIC;
    }
    int code = file.wholeNumber("resample").orElseThrow();
    return switch (code) {
      case 0 -> Filter.NEAREST;
      case 1 -> Filter.LANCZOS;
      case 2 -> Filter.BILINEAR;
      case 3 -> Filter.BICUBIC;
      default ->
          throw file.error(
              "resample",
              "is "
                  + code
                  + "; supported are 0 (nearest), 1 (Lanczos), 2 (bilinear) and 3 (bicubic)");
    };
  }

  private Optional<Double> number(String key) {
    return file.has(key) ? Optional.of(number(key, file.object().get(key))) : Optional.empty();
  }

  private double number(String key, JsonElement value) {
    double number =
        value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()
            ? value.getAsDouble()
            : Double.NaN;
    if (!Double.isFinite(number)) {
      throw file.error(key, "must be a number and is " + value);
    }
    return number;
  }

  private List<Double> numbers(String key, List<Double> otherwise) {
    if (!file.has(key)) {
      return otherwise;
    }
    JsonElement value = file.object().get(key);
    if (!(value instanceof JsonArray list) || list.size() != 3) {
      throw file.error(key, "must be a list of three numbers and is " + value);
    }
    List<Double> numbers = new ArrayList<>();
    for (JsonElement each : list) {
      double number = number(key, each);
      if (key.equals("image_std") && number == 0) {
        throw file.error(key, "must not have a zero in it and is " + value);
      }
      numbers.add(number);
    }
    return numbers;
  }
}
