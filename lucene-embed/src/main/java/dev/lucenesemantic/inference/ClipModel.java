package dev.lucenesemantic.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.lucenesemantic.inference.NativeHandles.Handle;
import dev.lucenesemantic.model.ClipSource;
import dev.lucenesemantic.model.ImageProcessing;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.OnnxGraph;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The two networks of CLIP in ONNX Runtime, in two files or in one. Each gives one vector for a
 * text or an image. A file with both wants a text and an image in every run: the one that is not
 * asked for is a blank, and when the file is loaded it is tried out that the blank does not matter.
 */
public final class ClipModel implements TensorModel {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String POSITIONS = "position_ids";
  private static final String PIXELS = "pixel_values";
  private static final String OF_TEXTS = "text_embeds";
  private static final String OF_IMAGES = "image_embeds";

  private static final String ADVICE =
      "Export the model with: optimum-cli export onnx --library transformers --task"
          + " feature-extraction";

  private static final TokenBatch BLANK_TEXT = text(0);

  /** What rounding may leave of a change that does not matter. */
  private static final float ROUNDING = 1e-4f;

  /**
   * One file.
   *
   * @param inputs what it wants, by name
   * @param quantized whether it scales activations by the largest value of a batch
   */
  private record Graph(
      ModelFile file,
      Handle<OrtSession> session,
      Map<String, TensorInfo> inputs,
      boolean quantized) {

    /** The size of an input's dimension; -1 for any. */
    long size(String input, int dimension) {
      TensorInfo info = inputs.get(input);
      return info == null || info.getShape().length <= dimension ? -1 : info.getShape()[dimension];
    }
  }

  private final OrtEnvironment environment;
  private final Graph texts;
  private final Graph images;
  private final boolean inOneFile;
  private final ImageProcessing.Size size;
  private final float[] blank;
  private final boolean unitLength;

  private ClipModel(ClipSource source, OrtEnvironment environment, Graph texts, Graph images) {
    this.environment = environment;
    this.texts = texts;
    this.images = images;
    this.inOneFile = source.inOneFile();
    this.size = source.images().size();
    this.blank = new float[3 * size.height() * size.width()];
    check(texts, IDS, 2);
    check(images, PIXELS, 4);
    checkSize();
    this.unitLength = tryOut();
  }

  /**
   * Loads both networks.
   *
   * @param source the ONNX files and what goes with them
   * @param device what they run on
   * @return the networks, to be closed by the caller
   * @throws ModelException if a file is damaged or foreign, its inputs or outputs are not those of
   *     CLIP, the two do not belong together, or the device is not there
   */
  public static ClipModel load(ClipSource source, Device device) {
    OrtEnvironment environment = OnnxModel.environment(source.weights());
    Graph texts = open(environment, source.weights(), device);
    Graph images = texts;
    try {
      if (!source.inOneFile()) {
        images = open(environment, source.imageWeights(), device);
      }
      return new ClipModel(source, environment, texts, images);
    } catch (RuntimeException | Error e) {
      images.session().close();
      texts.session().close();
      throw e;
    }
  }

  private static Graph open(OrtEnvironment environment, ModelFile file, Device device) {
    boolean quantized = OnnxGraph.read(file).isDynamicallyQuantized();
    Handle<OrtSession> session = NativeHandles.count(OnnxModel.open(environment, file, device));
    try {
      Map<String, TensorInfo> inputs = new LinkedHashMap<>();
      for (NodeInfo node : session.get().getInputInfo().values()) {
        inputs.put(node.getName(), input(file, node));
      }
      return new Graph(file, session, inputs, quantized);
    } catch (OrtException e) {
      session.close();
      throw new ModelException(file.location(), "cannot be inspected: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private static TensorInfo input(ModelFile file, NodeInfo node) {
    boolean known =
        node.getInfo() instanceof TensorInfo info
            && switch (node.getName()) {
              case IDS, MASK, POSITIONS ->
                  info.type == OnnxJavaType.INT64 || info.type == OnnxJavaType.INT32;
              case PIXELS -> info.type == OnnxJavaType.FLOAT || info.type == OnnxJavaType.FLOAT16;
              default -> false;
            };
    if (!known) {
      throw new ModelException(
          file.location(),
          "wants the input "
              + node.getName()
              + " ("
              + node.getInfo()
              + "), which CLIP does not have. "
              + ADVICE);
    }
    return (TensorInfo) node.getInfo();
  }

  private void check(Graph graph, String input, int rank) {
    String output = input.equals(IDS) ? OF_TEXTS : OF_IMAGES;
    boolean hasInput =
        graph.inputs().containsKey(input) && graph.inputs().get(input).getShape().length == rank;
    if (!hasInput || !graph.session().get().getOutputNames().contains(output)) {
      throw new ModelException(
          graph.file().location(),
          "has inputs "
              + graph.inputs().keySet()
              + " and outputs "
              + graph.session().get().getOutputNames()
              + "; "
              + input
              + " and "
              + output
              + " were expected among them. "
              + ADVICE);
    }
    if (graph.size(input, 0) > 1) {
      throw new ModelException(
          graph.file().location(),
          "wants " + graph.size(input, 0) + " inputs in every run; export it for any number");
    }
  }

  private void checkSize() {
    long height = images.size(PIXELS, 2);
    long width = images.size(PIXELS, 3);
    boolean fits = (height < 0 || height == size.height()) && (width < 0 || width == size.width());
    if (!fits) {
      throw new ModelException(
          images.file().location(),
          "wants images of "
              + height
              + " x "
              + width
              + " pixels, and the configuration of the image processor makes "
              + size.height()
              + " x "
              + size.width()
              + ": one of the two files belongs to another model");
    }
  }

  /**
   * Runs both networks, so that files that do not belong together are found out before anything is
   * read.
   *
   * @return whether vectors have unit length
   */
  private boolean tryOut() {
    float[] grey = blank.clone();
    Arrays.fill(grey, 0.5f);
    FloatTensor text;
    FloatTensor image;
    try {
      text = run(texts, BLANK_TEXT, blank, 1, OF_TEXTS);
      image = run(images, BLANK_TEXT, blank, 1, OF_IMAGES);
      if (inOneFile) {
        checkBlank(text, run(texts, BLANK_TEXT, grey, 1, OF_TEXTS), "an image changes", "texts");
        checkBlank(image, run(images, text(1), blank, 1, OF_IMAGES), "a text changes", "images");
      }
    } catch (InferenceException e) {
      throw new ModelException(
          texts.file().location(), "cannot be run as a CLIP model: " + e.getMessage(), e);
    }
    if (text.data().length != image.data().length) {
      throw new ModelException(
          images.file().location(),
          "gives vectors of "
              + image.data().length
              + " components for images, and for texts they have "
              + text.data().length
              + ": the files belong to different models");
    }
    return hasUnitLength(text.data()) || hasUnitLength(image.data());
  }

  private void checkBlank(FloatTensor one, FloatTensor other, String what, String ofWhat) {
    for (int i = 0; i < one.data().length; i++) {
      // Not the other way round, for the sake of NaN.
      if (!(Math.abs(one.data()[i] - other.data()[i]) <= ROUNDING)) {
        throw new ModelException(
            texts.file().location(),
            what + " the vectors of " + ofWhat + ", which it does not do in CLIP. " + ADVICE);
      }
    }
  }

  private static boolean hasUnitLength(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return Math.abs(Math.sqrt(squares) - 1) < 1e-3;
  }

  private static TokenBatch text(int id) {
    return TokenBatch.of(List.of(new TokenIds(new int[] {id}, new int[1], false)));
  }

  /**
   * {@inheritDoc}
   *
   * @return the vectors, as {@code [texts, components]}
   */
  @Override
  public FloatTensor run(TokenBatch batch) {
    return run(texts, batch, blank, 1, OF_TEXTS);
  }

  /**
   * Runs the network for images.
   *
   * @param pixels the images one after the other, each as its red, green and blue, row by row
   * @param count how many images they are; no more than one where {@link #mixesImages} says so
   * @return the vectors, as {@code [images, components]}
   */
  public FloatTensor runImages(float[] pixels, int count) {
    return run(images, BLANK_TEXT, pixels, count, OF_IMAGES);
  }

  private FloatTensor run(Graph graph, TokenBatch batch, float[] pixels, int count, String output) {
    Deque<Handle<?>> open = new ArrayDeque<>();
    try {
      Map<String, OnnxTensor> values = new LinkedHashMap<>();
      for (String input : graph.inputs().keySet()) {
        Handle<OnnxTensor> tensor =
            NativeHandles.count(
                input.equals(PIXELS) ? images(graph, pixels, count) : tokens(graph, input, batch));
        open.push(tensor);
        values.put(input, tensor.get());
      }
      Handle<OrtSession.Result> result =
          NativeHandles.count(graph.session().get().run(values, Set.of(output)));
      open.push(result);
      int rows = output.equals(OF_TEXTS) ? batch.rows().size() : count;
      return read(graph, (OnnxTensor) result.get().get(0), rows);
    } catch (OrtException e) {
      throw new InferenceException(
          graph.file().location()
              + ": failed on a batch of "
              + (output.equals(OF_TEXTS)
                  ? batch.rows().size() + " texts with " + batch.length() + " tokens: "
                  : count + " images: ")
              + e.getMessage(),
          e);
    } finally {
      open.forEach(Handle::close);
    }
  }

  private OnnxTensor tokens(Graph graph, String input, TokenBatch batch) throws OrtException {
    int length = (int) Math.max(batch.length(), graph.size(input, 1));
    long[] values = new long[batch.rows().size() * length];
    for (int row = 0; row < batch.rows().size(); row++) {
      TokenIds tokens = batch.rows().get(row);
      int start = row * length;
      for (int i = 0; i < length; i++) {
        boolean real = i < tokens.length();
        values[start + i] =
            switch (input) {
              // The network reads no further than the first token that ends a text, and older ones
              // find it as the one with the highest number: so the lowest one fills.
              case IDS -> real ? tokens.ids()[i] : 0;
              case MASK -> real ? 1 : 0;
              default -> i;
            };
      }
    }
    long[] shape = {batch.rows().size(), length};
    if (graph.inputs().get(input).type == OnnxJavaType.INT64) {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) values[i];
    }
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(ints), shape);
  }

  private OnnxTensor images(Graph graph, float[] pixels, int count) throws OrtException {
    long[] shape = {count, 3, size.height(), size.width()};
    if (graph.inputs().get(PIXELS).type == OnnxJavaType.FLOAT) {
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
    }
    short[] halves = new short[pixels.length];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = Float.floatToFloat16(pixels[i]);
    }
    return OnnxTensor.createTensor(
        environment, ShortBuffer.wrap(halves), shape, OnnxJavaType.FLOAT16);
  }

  private static FloatTensor read(Graph graph, OnnxTensor tensor, int rows) {
    long[] shape = tensor.getInfo().getShape();
    FloatBuffer buffer = shape.length == 2 && shape[0] == rows ? tensor.getFloatBuffer() : null;
    if (buffer == null) {
      throw new InferenceException(
          graph.file().location()
              + ": gave "
              + tensor.getInfo()
              + " for "
              + rows
              + " texts or images; the file does not hold the model that it should");
    }
    float[] data = new float[buffer.remaining()];
    buffer.get(data);
    return new FloatTensor(data, new int[] {rows, Math.toIntExact(shape[1])});
  }

  /**
   * Whether the files give vectors of unit length, where Python gives them as long as they come out
   * of the network.
   *
   * @return true if what is asked for has been divided by its length
   */
  public boolean hasUnitLength() {
    return unitLength;
  }

  @Override
  public boolean mixesRows() {
    return texts.quantized() || texts.size(IDS, 0) == 1;
  }

  /**
   * The same for images.
   *
   * @return true if images must run one at a time to be reproducible
   */
  public boolean mixesImages() {
    return images.quantized() || images.size(PIXELS, 0) == 1;
  }

  @Override
  public void close() {
    if (JvmShutdown.begun()) {
      // What the sessions stand on is gone, and the process goes with it.
      return;
    }
    images.session().close();
    texts.session().close();
  }
}
