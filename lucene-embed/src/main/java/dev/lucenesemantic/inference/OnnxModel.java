package dev.lucenesemantic.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.lucenesemantic.inference.NativeHandles.Handle;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelFile;
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
import java.util.Set;

/**
 * A transformer in ONNX Runtime: one session for all threads, each run on one core. Several callers
 * with one core each get more out of a machine than one caller with all of them.
 */
public final class OnnxModel implements TensorModel {

  /** Begins the names of the operators that scale activations by the largest value of a batch. */
  private static final String DYNAMIC_QUANTIZATION = "DynamicQuantize";

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
    long[] values(TokenBatch batch, int padId) {
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
                case POSITION_IDS -> i;
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
            Set.of(),
            "[batch, tokens, components]",
            "Export the model for feature-extraction");

    static final Output LABEL_SCORES =
        new Output(
            2,
            List.of("logits"),
            Set.of("sentence_embedding", "pooler_output"),
            "[batch, labels]",
            "It may be a bi-encoder, which a SentenceTransformer loads; export a cross-encoder for"
                + " text-classification");

    boolean hasTokens() {
      return rank == 3;
    }
  }

  private final String location;
  private final OrtEnvironment environment;
  private final Handle<OrtSession> session;
  private final List<BoundInput> inputs;
  private final Output kind;
  private final String output;
  private final int padId;
  private final boolean mixesRows;

  private OnnxModel(
      String location,
      OrtEnvironment environment,
      Handle<OrtSession> session,
      List<BoundInput> inputs,
      Output kind,
      String output,
      int padId,
      boolean mixesRows) {
    this.location = location;
    this.environment = environment;
    this.session = session;
    this.inputs = inputs;
    this.kind = kind;
    this.output = output;
    this.padId = padId;
    this.mixesRows = mixesRows;
  }

  /**
   * Loads a network whose output has one vector per token.
   *
   * @param weights the ONNX file
   * @return the network, to be closed by the caller
   * @throws ModelException if the file is damaged or foreign, or its inputs or outputs are not
   *     those of a transformer
   */
  public static OnnxModel loadTokenEncoder(ModelFile weights) {
    return load(weights, Output.TOKEN_VECTORS, 0);
  }

  /**
   * Loads a network whose output has one score per label.
   *
   * @param weights the ONNX file
   * @param padId the token that fills a row up to the length of its batch
   * @return the network, to be closed by the caller
   * @throws ModelException if the file is damaged or foreign, or its inputs or outputs are not
   *     those of a transformer for sequence classification
   */
  public static OnnxModel loadSequenceClassifier(ModelFile weights, int padId) {
    return load(weights, Output.LABEL_SCORES, padId);
  }

  private static OnnxModel load(ModelFile weights, Output kind, int padId) {
    boolean mixesRows = weights.contains(DYNAMIC_QUANTIZATION);
    OrtEnvironment environment = environment(weights);
    Handle<OrtSession> session = NativeHandles.count(open(environment, weights));
    try {
      return new OnnxModel(
          weights.location(),
          environment,
          session,
          bindInputs(weights, session.get(), kind),
          kind,
          chooseOutput(weights, session.get(), kind),
          padId,
          mixesRows);
    } catch (OrtException e) {
      session.close();
      throw new ModelException(weights.location(), "cannot be inspected: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private static OrtEnvironment environment(ModelFile weights) {
    try {
      // One for the whole process; the application may have made it before, with its own settings.
      return OrtEnvironment.getEnvironment();
    } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
      throw NativeLibrary.missing(weights.location(), "ONNX Runtime", e);
    }
  }

  private static OrtSession open(OrtEnvironment environment, ModelFile weights) {
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
      return switch (weights) {
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

  private static String chooseOutput(ModelFile weights, OrtSession session, Output kind)
      throws OrtException {
    Map<String, NodeInfo> outputs = session.getOutputInfo();
    List<String> fitting = new ArrayList<>();
    Map<String, String> seen = new LinkedHashMap<>();
    for (NodeInfo node : outputs.values()) {
      seen.put(node.getName(), node.getInfo().toString());
      if (node.getInfo() instanceof TensorInfo info
          && info.type == OnnxJavaType.FLOAT
          && info.getShape().length == kind.rank
          && !kind.never.contains(node.getName())) {
        fitting.add(node.getName());
      }
    }
    for (String name : kind.preferred) {
      if (fitting.contains(name)) {
        return name;
      }
    }
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    throw new ModelException(
        weights.location(),
        "has "
            + (fitting.isEmpty() ? "no" : "more than one")
            + " float output of shape "
            + kind.shape
            + "; it has "
            + seen
            + ". "
            + kind.advice);
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
          NativeHandles.count(session.get().run(values, Set.of(output)));
      open.push(result);
      return read((OnnxTensor) result.get().get(0), batch);
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

  private OnnxTensor tensor(BoundInput bound, TokenBatch batch, long[] shape) throws OrtException {
    long[] values = bound.input().values(batch, padId);
    if (bound.type() == OnnxJavaType.INT64) {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }
    int[] ints = new int[values.length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = (int) values[i];
    }
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(ints), shape);
  }

  private FloatTensor read(OnnxTensor tensor, TokenBatch batch) {
    long[] shape = tensor.getInfo().getShape();
    int[] sizes = new int[shape.length];
    for (int i = 0; i < shape.length; i++) {
      sizes[i] = Math.toIntExact(shape[i]);
    }
    boolean fits =
        sizes.length == kind.rank
            && sizes[0] == batch.rows().size()
            && (!kind.hasTokens() || sizes[1] == batch.length());
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
