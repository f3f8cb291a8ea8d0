package dev.lucenesemantic.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.lucenesemantic.inference.NativeHandles.Handle;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
import dev.lucenesemantic.model.ModuleConfig;
import dev.lucenesemantic.model.OnnxGraph;
import dev.lucenesemantic.model.TransformerSource;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A transformer in ONNX Runtime: one session for all threads, each run on one core. Several callers
 * with one core each get more out of a machine than one caller with all of them.
 */
public final class OnnxModel implements TensorModel {

  /** Numbers that ONNX Runtime turns into floats. */
  private static final Set<OnnxJavaType> FLOATS =
      Set.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16);

  /** The vector of a text from a graph that pools by itself. */
  private static final String POOLED_NAME = "sentence_embedding";

  /** How exports name the vectors of the layers; layer 0 is what goes into the first one. */
  private static final List<String> LAYER_NAMES = List.of("hidden_states.", "hidden_states_");

  /** The inputs of a transformer's graph that are known, each filled from a batch. */
  private enum Input {
    INPUT_IDS("input_ids"),
    ATTENTION_MASK("attention_mask"),
    TOKEN_TYPE_IDS("token_type_ids"),
    POSITION_IDS("position_ids");

    private final String name;

    Input(String name) {
      this.name = name;
    }

    /** The values for a batch, row after row; fillers where a row is shorter than the batch. */
    long[] values(TokenBatch batch, int padId, int firstPosition) {
      long[] values = new long[batch.rows().size() * batch.length()];
      if (this == INPUT_IDS) {
        Arrays.fill(values, padId);
      }
      for (int row = 0; row < batch.rows().size(); row++) {
        TokenIds tokens = batch.rows().get(row);
        int start = row * batch.length();
        for (int i = 0; i < tokens.length(); i++) {
          values[start + i] =
              switch (this) {
                case INPUT_IDS -> tokens.ids()[i];
                case ATTENTION_MASK -> 1;
                case TOKEN_TYPE_IDS -> tokens.typeIds()[i];
                case POSITION_IDS -> firstPosition + i;
              };
        }
      }
      return values;
    }
  }

  private record BoundInput(Input input, OnnxJavaType type) {}

  /**
   * What is taken of a network's outputs, and what to say of a file that has none like it.
   *
   * @param rank how many dimensions it has
   * @param preferred names to take first, in this order
   * @param never names of something else
   */
  private record Output(
      int rank, List<String> preferred, Set<String> never, String shape, String advice) {

    static final Output TOKEN_VECTORS =
        new Output(
            3,
            List.of("token_embeddings", "last_hidden_state"),
            Set.of("logits"),
            "[batch, tokens, components]",
            "Export the model for feature-extraction");

    /** Only by its name: any other output with one vector for a text may be something else. */
    static final Output POOLED =
        new Output(2, List.of(POOLED_NAME), Set.of(), "[batch, components]", TOKEN_VECTORS.advice);

    static final Output LABEL_SCORES =
        new Output(
            2,
            List.of("logits"),
            Set.of(POOLED_NAME, "pooler_output"),
            "[batch, labels]",
            "It may be a bi-encoder, which a SentenceTransformer loads; export a cross-encoder for"
                + " text-classification");

    boolean hasTokens() {
      return rank == 3;
    }
  }

  /**
   * Outputs that are added up; mostly only one.
   *
   * @param kind what they are
   * @param names their names
   * @param weights what each is multiplied with; the sum is divided by the sum of the weights
   */
  private record Chosen(Output kind, List<String> names, List<Float> weights) {

    static Chosen only(Output kind, String name) {
      return new Chosen(kind, List.of(name), List.of(1f));
    }
  }

  private final String location;
  private final OrtEnvironment environment;
  private final Handle<OrtSession> session;
  private final List<BoundInput> inputs;
  private final Chosen output;
  private final TransformerSource source;
  private final boolean mixesRows;

  private OnnxModel(
      TransformerSource source,
      OrtEnvironment environment,
      Handle<OrtSession> session,
      List<BoundInput> inputs,
      Chosen output,
      boolean mixesRows) {
    this.location = source.weights().location();
    this.source = source;
    this.environment = environment;
    this.session = session;
    this.inputs = inputs;
    this.output = output;
    this.mixesRows = mixesRows;
  }

  /**
   * Loads a network whose output has one vector per token; or, where it has no such output, one
   * vector per text under the name {@code sentence_embedding}.
   *
   * @param source the ONNX file and what goes with it
   * @param layers the layers whose vectors are averaged; empty for the output of the last one
   * @param device what it runs on
   * @return the network, to be closed by the caller
   * @throws ModelException if the file is damaged or foreign, its inputs or outputs are not those
   *     of a transformer, or the device is not there
   */
  public static OnnxModel loadTokenEncoder(
      TransformerSource source, Optional<ModuleConfig.WeightedLayers> layers, Device device) {
    return load(source, Output.TOKEN_VECTORS, layers, device);
  }

  /**
   * Loads a network whose output has one score per label.
   *
   * @param source the ONNX file and what goes with it
   * @param device what it runs on
   * @return the network, to be closed by the caller
   * @throws ModelException if the file is damaged or foreign, its inputs or outputs are not those
   *     of a transformer for sequence classification, or the device is not there
   */
  public static OnnxModel loadSequenceClassifier(TransformerSource source, Device device) {
    return load(source, Output.LABEL_SCORES, Optional.empty(), device);
  }

  private static OnnxModel load(
      TransformerSource source,
      Output kind,
      Optional<ModuleConfig.WeightedLayers> layers,
      Device device) {
    ModelFile weights = source.weights();
    boolean quantized = OnnxGraph.read(weights).isDynamicallyQuantized();
    OrtEnvironment environment = environment(weights);
    Handle<OrtSession> session = NativeHandles.count(open(environment, weights, device));
    try {
      List<BoundInput> inputs = bindInputs(weights, session.get(), kind);
      Chosen output =
          layers.isPresent()
              ? layers(weights, session.get(), layers.get())
              : chooseOutput(weights, session.get(), kind);
      // Without a mask fillers count, and how a network that pools finds its tokens is not known.
      boolean fillersCount =
          output.kind().equals(Output.POOLED)
              || inputs.stream().noneMatch(each -> each.input() == Input.ATTENTION_MASK);
      boolean mixes = quantized || fillersCount;
      OnnxModel model = new OnnxModel(source, environment, session, inputs, output, mixes);
      return mixes || !RowProbe.mixesRows(model, source)
          ? model
          : new OnnxModel(source, environment, session, inputs, output, true);
    } catch (OrtException e) {
      session.close();
      throw new ModelException(weights.location(), "cannot be inspected: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  static OrtEnvironment environment(ModelFile weights) {
    try {
      // One for the whole process; the application may have made it before, with its own settings.
      return OrtEnvironment.getEnvironment();
    } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
      throw NativeLibrary.missing(weights.location(), "ONNX Runtime", e);
    }
  }

  static OrtSession open(OrtEnvironment environment, ModelFile weights, Device device) {
    if (JvmShutdown.begun()) {
      throw new ModelException(
          weights.location(), "cannot be loaded any more: the JVM is shutting down");
    }
    try (Handle<SessionOptions> options = NativeHandles.count(new SessionOptions())) {
      options.get().setIntraOpNumThreads(1);
      options.get().setInterOpNumThreads(1);
      options.get().setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      options.get().setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      options.get().setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      if (device.kind() == Device.Kind.CUDA) {
        useCuda(options.get(), weights, device);
      }
      return switch (weights) {
        // By its path, as weights may lie in further files beside it.
        case ModelFile.OnDisk file ->
            environment.createSession(file.path().toString(), options.get());
        case ModelFile.InMemory file -> environment.createSession(file.bytes(), options.get());
      };
    } catch (OrtException e) {
      throw new ModelException(
          weights.location(),
          "is not an ONNX model that can be run, perhaps cut off or not this file at all (a Git LFS"
              + " pointer?); fetch it again: "
              + e.getMessage(),
          e);
    }
  }

  private static void useCuda(SessionOptions options, ModelFile weights, Device device) {
    try (Handle<OrtCUDAProviderOptions> cuda =
        NativeHandles.count(new OrtCUDAProviderOptions(device.number()))) {
      // Otherwise products of matrices lose half of their digits, and results are not Python's.
      cuda.get().add("use_tf32", "0");
      options.addCUDA(cuda.get());
    } catch (OrtException | LinkageError e) {
      throw new ModelException(
          weights.location(),
          "cannot run on CUDA device "
              + device.number()
              + ". That needs com.microsoft.onnxruntime:onnxruntime_gpu on the class path in place"
              + " of onnxruntime, in the same version, and on the machine an NVIDIA card, its"
              + " driver, CUDA 12 and cuDNN 9 where the system finds libraries; or choose"
              + " Device.CPU. ONNX Runtime says: "
              + e.getMessage(),
          e);
    }
  }

  private static List<BoundInput> bindInputs(ModelFile weights, OrtSession session, Output kind)
      throws OrtException {
    List<BoundInput> bound = new ArrayList<>();
    for (NodeInfo node : session.getInputInfo().values()) {
      Input input = null;
      for (Input candidate : Input.values()) {
        if (candidate.name.equals(node.getName())) {
          input = candidate;
        }
      }
      boolean isInteger =
          node.getInfo() instanceof TensorInfo info
              && (info.type == OnnxJavaType.INT64 || info.type == OnnxJavaType.INT32);
      if (node.getName().startsWith("past_key_values")) {
        throw new ModelException(
            weights.location(),
            "wants the input "
                + node.getName()
                + ", the memory of a decoder that writes texts. Export it without (in Optimum for"
                + " --task feature-extraction, in torch.onnx with use_cache=False)");
      }
      if (input == null || !isInteger) {
        throw new ModelException(
            weights.location(),
            "wants the input "
                + node.getName()
                + " ("
                + node.getInfo()
                + "), which is not supported. "
                + kind.advice);
      }
      bound.add(new BoundInput(input, ((TensorInfo) node.getInfo()).type));
    }
    if (bound.stream().noneMatch(each -> each.input() == Input.INPUT_IDS)) {
      throw new ModelException(
          weights.location(),
          "has no input_ids among its inputs "
              + session.getInputNames()
              + ", so it is no transformer for texts");
    }
    return List.copyOf(bound);
  }

  private static Chosen chooseOutput(ModelFile weights, OrtSession session, Output kind)
      throws OrtException {
    List<String> fitting = fitting(session, kind);
    for (String name : kind.preferred) {
      if (fitting.contains(name)) {
        return Chosen.only(kind, name);
      }
    }
    if (fitting.size() == 1) {
      return Chosen.only(kind, fitting.get(0));
    }
    if (kind.equals(Output.TOKEN_VECTORS)
        && fitting.isEmpty()
        && fitting(session, Output.POOLED).contains(POOLED_NAME)) {
      return Chosen.only(Output.POOLED, POOLED_NAME);
    }
    throw new ModelException(
        weights.location(),
        "has "
            + (fitting.isEmpty() ? "no" : "more than one")
            + " float output of shape "
            + kind.shape
            + "; it has "
            + outputs(session)
            + ". "
            + kind.advice);
  }

  private static Chosen layers(
      ModelFile weights, OrtSession session, ModuleConfig.WeightedLayers layers)
      throws OrtException {
    List<String> fitting = fitting(session, Output.TOKEN_VECTORS);
    for (String prefix : LAYER_NAMES) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < layers.layerWeights().size(); i++) {
        names.add(prefix + (layers.layerStart() + i));
      }
      if (fitting.containsAll(names)) {
        return new Chosen(Output.TOKEN_VECTORS, names, layers.layerWeights());
      }
    }
    throw new ModelException(
        weights.location(),
        "does not give the vectors of the layers "
            + layers.layerStart()
            + " to "
            + (layers.layerStart() + layers.layerWeights().size() - 1)
            + ", over which the module WeightedLayerPooling pools, as outputs hidden_states.0,"
            + " hidden_states.1, ...; it has "
            + outputs(session)
            + ". Export the model with output_hidden_states=True");
  }

  private static List<String> fitting(OrtSession session, Output kind) throws OrtException {
    List<String> fitting = new ArrayList<>();
    for (NodeInfo node : session.getOutputInfo().values()) {
      if (node.getInfo() instanceof TensorInfo info
          && FLOATS.contains(info.type)
          && info.getShape().length == kind.rank
          && !kind.never.contains(node.getName())) {
        fitting.add(node.getName());
      }
    }
    return fitting;
  }

  private static Map<String, String> outputs(OrtSession session) throws OrtException {
    Map<String, String> outputs = new LinkedHashMap<>();
    for (NodeInfo node : session.getOutputInfo().values()) {
      outputs.put(node.getName(), node.getInfo().toString());
    }
    return outputs;
  }

  @Override
  public FloatTensor run(TokenBatch batch) {
    long[] shape = {batch.rows().size(), batch.length()};
    Deque<Handle<?>> open = new ArrayDeque<>();
    try {
      Map<String, OnnxTensor> values = new LinkedHashMap<>();
      for (BoundInput bound : inputs) {
        Handle<OnnxTensor> tensor = NativeHandles.count(tensor(bound, batch, shape));
        open.push(tensor);
        values.put(bound.input().name, tensor.get());
      }
      Handle<OrtSession.Result> result =
          NativeHandles.count(session.get().run(values, Set.copyOf(output.names())));
      open.push(result);
      return average(result.get(), batch);
    } catch (OrtException e) {
      throw new InferenceException(
          location
              + ": failed on a batch of "
              + batch.rows().size()
              + " texts with "
              + batch.length()
              + " tokens: "
              + e.getMessage(),
          e);
    } finally {
      open.forEach(Handle::close);
    }
  }

  private FloatTensor average(OrtSession.Result result, TokenBatch batch) {
    if (output.names().size() == 1) {
      return read(result.get(output.names().get(0)).orElseThrow(), batch);
    }
    FloatTensor sum = null;
    float weights = 0;
    for (int i = 0; i < output.names().size(); i++) {
      FloatTensor layer = read(result.get(output.names().get(i)).orElseThrow(), batch);
      float weight = output.weights().get(i);
      weights += weight;
      for (int j = 0; j < layer.data().length; j++) {
        layer.data()[j] = weight * layer.data()[j] + (sum == null ? 0 : sum.data()[j]);
      }
      sum = layer;
    }
    for (int j = 0; j < sum.data().length; j++) {
      sum.data()[j] /= weights;
    }
    return sum;
  }

  private OnnxTensor tensor(BoundInput bound, TokenBatch batch, long[] shape) throws OrtException {
    long[] values = bound.input().values(batch, source.padId(), source.firstPosition());
    if (bound.type() == OnnxJavaType.INT64) {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) values[i];
    }
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(ints), shape);
  }

  private FloatTensor read(OnnxValue value, TokenBatch batch) {
    OnnxTensor tensor = (OnnxTensor) value;
    long[] shape = tensor.getInfo().getShape();
    int[] sizes = new int[shape.length];
    for (int i = 0; i < shape.length; i++) {
      sizes[i] = Math.toIntExact(shape[i]);
    }
    boolean fits =
        sizes.length == output.kind().rank
            && sizes[0] == batch.rows().size()
            && (!output.kind().hasTokens() || sizes[1] == batch.length());
    if (!fits) {
      throw new InferenceException(
          location
              + ": gave a tensor of shape "
              + Arrays.toString(shape)
              + " for "
              + batch.rows().size()
              + " texts with "
              + batch.length()
              + " tokens; the file does not hold the model that it should");
    }
    FloatBuffer buffer = tensor.getFloatBuffer();
    float[] data = new float[buffer.remaining()];
    buffer.get(data);
    return new FloatTensor(data, sizes);
  }

  @Override
  public boolean mixesRows() {
    return mixesRows;
  }

  @Override
  public void close() {
    if (JvmShutdown.begun()) {
      // What the session stands on is gone, and the process goes with it.
      return;
    }
    session.close();
  }
}
