package dev.lucenesemantic.model.convert;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The functions between two layers, as transformers' {@code ACT2FN} names them. */
enum ActivationFunction {
  GELU("gelu", "gelu_python"),
  GELU_TANH("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate"),
  GELU_10("gelu_10"),
  QUICK_GELU("quick_gelu"),
  RELU("relu"),
  RELU2("relu2"),
  RELU6("relu6"),
  LEAKY_RELU("leaky_relu"),
  SILU("silu", "swish"),
  MISH("mish"),
  SIGMOID("sigmoid"),
  TANH("tanh"),
  LINEAR("linear");

  /** All names that are known. */
  static final List<String> NAMES =
      Arrays.stream(values()).flatMap(each -> each.names.stream()).toList();

  @SuppressWarnings("ImmutableEnumChecker") // Unmodifiable.
  private final List<String> names;

  ActivationFunction(String... names) {
    this.names = List.of(names);
  }

  static Optional<ActivationFunction> of(String name) {
    return Arrays.stream(values()).filter(each -> each.names.contains(name)).findFirst();
  }

  /** Puts the function into a graph. */
  String apply(OnnxGraphWriter graph, String x) {
    return switch (this) {
      case GELU -> {
        // In the order in which PyTorch exports it, which ONNX Runtime knows to be one operator.
        String scaled = graph.add("Div", x, graph.constant((float) Math.sqrt(2)));
        String sum = graph.add("Add", graph.add("Erf", scaled), graph.constant(1f));
        yield graph.add("Mul", graph.add("Mul", x, sum), graph.constant(0.5f));
      }
      case GELU_TANH -> {
        String cubed = graph.add("Pow", x, graph.constant(3f));
        String inner = graph.add("Add", x, graph.add("Mul", cubed, graph.constant(0.044715f)));
        String factor = graph.constant((float) Math.sqrt(2 / Math.PI));
        String sum =
            graph.add(
                "Add", graph.add("Tanh", graph.add("Mul", inner, factor)), graph.constant(1f));
        yield graph.add("Mul", graph.add("Mul", x, graph.constant(0.5f)), sum);
      }
      case GELU_10 ->
          graph.add("Clip", GELU.apply(graph, x), graph.constant(-10f), graph.constant(10f));
      case QUICK_GELU ->
          graph.add("Mul", x, graph.add("Sigmoid", graph.add("Mul", x, graph.constant(1.702f))));
      case RELU -> graph.add("Relu", x);
      case RELU2 -> {
        String positive = graph.add("Relu", x);
        yield graph.add("Mul", positive, positive);
      }
      case RELU6 -> graph.add("Clip", x, graph.constant(0f), graph.constant(6f));
      case LEAKY_RELU -> graph.add("LeakyRelu", Map.of("alpha", 0.01f), x);
      case SILU -> graph.add("Mul", x, graph.add("Sigmoid", x));
      case MISH -> graph.add("Mul", x, graph.add("Tanh", graph.add("Softplus", x)));
      case SIGMOID -> graph.add("Sigmoid", x);
      case TANH -> graph.add("Tanh", x);
      case LINEAR -> x;
    };
  }
}
