package dev.lucenesemantic.model.convert;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The architectures that can be converted: how transformers' classes name their settings and their
 * weights, and in what they differ.
 */
enum Architecture {
  BERT(List.of("bert"), Names.BERT, false, true, true),
  ROBERTA(List.of("roberta", "xlm-roberta", "camembert"), Names.BERT, true, true, false),
  ELECTRA(List.of("electra"), Names.BERT, false, true, true),
  DISTILBERT(List.of("distilbert"), Names.DISTILBERT, false, false, false),
  MPNET(List.of("mpnet"), Names.MPNET, true, false, false);

  /** What the parts of a layer and the settings are called. */
  enum Names {
    BERT(
        Map.of(),
        "encoder.layer.",
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "attention.output.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm"),
    DISTILBERT(
        Map.of(
            "hidden_size", "dim",
            "num_hidden_layers", "n_layers",
            "num_attention_heads", "n_heads",
            "intermediate_size", "hidden_dim",
            "hidden_act", "activation"),
        "transformer.layer.",
        "attention.q_lin",
        "attention.k_lin",
        "attention.v_lin",
        "attention.out_lin",
        "sa_layer_norm",
        "ffn.lin1",
        "ffn.lin2",
        "output_layer_norm"),
    MPNET(
        Map.of(),
        "encoder.layer.",
        "attention.attn.q",
        "attention.attn.k",
        "attention.attn.v",
        "attention.attn.o",
        "attention.LayerNorm",
        "intermediate.dense",
        "output.dense",
        "output.LayerNorm");

    @SuppressWarnings("ImmutableEnumChecker") // Unmodifiable.
    private final Map<String, String> settings;

    private final String layers;
    final String query;
    final String key;
    final String value;
    final String attentionOutput;
    final String attentionNorm;
    final String inner;
    final String outer;
    final String outputNorm;

    Names(
        Map<String, String> settings,
        String layers,
        String query,
        String key,
        String value,
        String attentionOutput,
        String attentionNorm,
        String inner,
        String outer,
        String outputNorm) {
      this.settings = settings;
      this.layers = layers;
      this.query = query;
      this.key = key;
      this.value = value;
      this.attentionOutput = attentionOutput;
      this.attentionNorm = attentionNorm;
      this.inner = inner;
      this.outer = outer;
      this.outputNorm = outputNorm;
    }

    /** The name of a setting that BERT has as well. */
    String setting(String ofBert) {
      return settings.getOrDefault(ofBert, ofBert);
    }

    /** What the names of a layer's weights begin with. */
    String layer(int number) {
      return layers + number + ".";
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // Unmodifiable.
  private final List<String> modelTypes;

  private final Names names;
  private final boolean positionsBehindPadding;
  private final boolean tokenTypes;
  private final boolean tokenTypesGiven;

  Architecture(
      List<String> modelTypes,
      Names names,
      boolean positionsBehindPadding,
      boolean tokenTypes,
      boolean tokenTypesGiven) {
    this.modelTypes = modelTypes;
    this.names = names;
    this.positionsBehindPadding = positionsBehindPadding;
    this.tokenTypes = tokenTypes;
    this.tokenTypesGiven = tokenTypesGiven;
  }

  /** The architecture of a {@code model_type}; empty if it is none of these. */
  static Optional<Architecture> of(String modelType) {
    return Arrays.stream(values()).filter(each -> each.modelTypes.contains(modelType)).findFirst();
  }

  /** All values of {@code model_type} that are known. */
  static List<String> allModelTypes() {
    return Arrays.stream(values()).flatMap(each -> each.modelTypes.stream()).toList();
  }

  Names names() {
    return names;
  }

  /**
   * Whether positions are counted over the tokens that are no padding, from the one behind the
   * padding token's number; otherwise over all, from 0.
   */
  boolean positionsBehindPadding() {
    return positionsBehindPadding;
  }

  /** Whether there is an embedding for the text of a pair that a token belongs to. */
  boolean hasTokenTypes() {
    return tokenTypes;
  }

  /** Whether the network is told which; otherwise every token counts as one of the first text. */
  boolean tokenTypesAreGiven() {
    return tokenTypesGiven;
  }
}
