package dev.lucenesemantic.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which ONNX files of a CLIP model a choice means, told by their names alone, so that what is
 * fetched of a model is what is loaded of it.
 *
 * <p>A model has either a file for texts and one for images ({@code text_model.onnx} and {@code
 * vision_model.onnx}, and quantised ones named alike), or one with both ({@code model.onnx}). Where
 * there are both kinds, two files are taken: one with both has to compute an image for every text.
 */
public final class ClipSelection {
  private static final String TEXT = "text_model";
  private static final String IMAGE = "vision_model";
  private static final String BOTH = "model";

  /**
   * The files that are taken.
   *
   * @param text the name of the one with the network for texts
   * @param image the name of the one with the network for images; may be the same
   * @param why what made them the ones, in words
   */
  public record Selected(String text, String image, String why) {

    /**
     * The names of the files.
     *
     * @return one or two
     */
    public Set<String> names() {
      Set<String> names = new LinkedHashSet<>();
      names.add(text);
      names.add(image);
      return names;
    }
  }

  private ClipSelection() {}

  /**
   * Selects the files. A certain file can be asked for by the name of either of two that belong
   * together.
   *
   * @param choice what is wanted
   * @param names the ONNX files of the model's folder and of {@code onnx} in it, as paths inside
   *     the former with slashes, those of {@code onnx} first
   * @return the files; empty if what is wanted is not there, or nothing says which
   */
  public static Optional<Selected> select(OnnxChoice choice, List<String> names) {
    List<String> pairs = new ArrayList<>();
    List<String> single = new ArrayList<>();
    for (String name : names) {
      if (isPart(name, TEXT)) {
        if (names.contains(replace(name, TEXT, IMAGE))) {
          pairs.add(replace(name, TEXT, BOTH));
        }
      } else if (!isPart(name, IMAGE)) {
        single.add(name);
      }
    }
    Optional<Selected> two =
        OnnxSelection.select(inPair(choice), pairs).map(found -> pair(found, choice));
    Optional<Selected> one =
        OnnxSelection.select(choice, single)
            .map(found -> new Selected(found.name(), found.name(), found.why()));
    boolean onlyQuantized =
        choice instanceof OnnxChoice.Usual
            && two.filter(found -> !isPart(found.text(), TEXT + OnnxSelection.SUFFIX)).isPresent();
    return onlyQuantized ? one.or(() -> two) : two.or(() -> one);
  }

  private static Selected pair(OnnxSelection.Selected found, OnnxChoice choice) {
    return new Selected(
        replace(found.name(), BOTH, TEXT),
        replace(found.name(), BOTH, IMAGE),
        choice instanceof OnnxChoice.Named ? found.why() : found.why() + ", one of two files");
  }

  private static OnnxChoice inPair(OnnxChoice choice) {
    if (!(choice instanceof OnnxChoice.Named named)) {
      return choice;
    }
    String file = named.file();
    for (String part : List.of(TEXT, IMAGE)) {
      if (isPart(file, part)) {
        return new OnnxChoice.Named(replace(file, part, BOTH));
      }
    }
    return choice;
  }

  private static boolean isPart(String name, String part) {
    return name.startsWith(part, name.lastIndexOf('/') + 1);
  }

  private static String replace(String name, String part, String other) {
    int start = name.lastIndexOf('/') + 1;
    return name.substring(0, start) + other + name.substring(start + part.length());
  }
}
