package dev.lucenesemantic.model.convert;

import com.google.gson.JsonObject;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.convert.MatrixWriter.Factor;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The network of an encoder of the BERT family, operator by operator as transformers' classes
 * compute it: embeddings, layers of attention and of two products, each with what went in added and
 * normalised, and a head.
 */
final class EncoderGraph {
  private static final String MASK = "attention_mask";

  private final EncoderConfig config;
  private final JsonObject json;
  private final Weights weights;
  private final OnnxGraphWriter graph;
  private final MatrixWriter matrices;
  private final Architecture.Names names;

  EncoderGraph(
      EncoderConfig config,
      JsonObject json,
      Weights weights,
      OnnxGraphWriter graph,
      MatrixWriter matrices) {
    this.config = config;
    this.json = json;
    this.weights = weights;
    this.graph = graph;
    this.matrices = matrices;
    this.names = config.architecture().names();
  }

  void write(Head head) throws IOException {
    String ids = graph.input("input_ids");
    String mask = graph.input(MASK);
    String x = embeddings(ids);
    String bias = attentionBias(mask, ids);
    layerOutput(x, 0);
    for (int layer = 0; layer < config.layers(); layer++) {
      x = layer(x, bias, names.layer(layer));
      layerOutput(x, layer + 1);
    }
    switch (head) {
      case TOKEN_VECTORS ->
          graph.output(
              x, "last_hidden_state", List.of("batch_size", "sequence_length", config.hidden()));
      case LABEL_SCORES -> scores(x);
    }
    weights.checkAllRead();
  }

  private void layerOutput(String x, int layer) {
    if (config.allLayers()) {
      graph.output(
          x, "hidden_states." + layer, List.of("batch_size", "sequence_length", config.hidden()));
    }
  }

  // ---- embeddings -------------------------------------------------------------------------------

  private String embeddings(String ids) throws IOException {
    int width = config.embedding();
    String wordTable = "embeddings.word_embeddings.weight";
    config.check("vocab_size", json, weights.shape(wordTable).get(0));
    String sum = matrices.words(wordTable, width, ids);
    if (config.architecture().hasTokenTypes()) {
      sum = graph.add("Add", sum, tokenTypes(width));
    }
    sum = graph.add("Add", sum, positions(ids, width));
    String normed = matrices.layerNorm(sum, "embeddings.LayerNorm", width, config.epsilon());
    return width == config.hidden()
        ? normed
        : matrices.linear(matrices.factor(normed), "embeddings_project", width, config.hidden(), 1);
  }

  private String tokenTypes(int width) throws IOException {
    String name = "embeddings.token_type_embeddings.weight";
    long types = weights.shape(name).get(0);
    config.check("type_vocab_size", json, types);
    String table = matrices.table(name, width);
    // Where nobody says otherwise, all tokens are of the first text.
    String which =
        config.architecture().tokenTypesAreGiven() && types > 1
            ? graph.input("token_type_ids")
            : graph.constants(0);
    return graph.add("Gather", table, which);
  }

  private String positions(String ids, int width) throws IOException {
    String name = "embeddings.position_embeddings.weight";
    config.check("max_position_embeddings", json, weights.shape(name).get(0));
    String table = matrices.table(name, width);
    if (!config.architecture().positionsBehindPadding()) {
      return graph.add("Slice", table, graph.constants(0), length(ids), graph.constants(0));
    }
    String padding = graph.constant((long) config.padding());
    String isText = graph.add("Not", graph.add("Equal", ids, padding));
    String ones = graph.add("Cast", Map.of("to", OnnxGraphWriter.Type.INT64.code()), isText);
    String count = graph.add("CumSum", ones, graph.constant(1L));
    return graph.add("Gather", table, graph.add("Add", graph.add("Mul", count, ones), padding));
  }

  /** The number of tokens in a row, as a list of one number. */
  private String length(String ids) {
    return graph.add(
        "Slice",
        graph.add("Shape", ids),
        graph.constants(1),
        graph.constants(2),
        graph.constants(0));
  }

  // ---- layers -----------------------------------------------------------------------------------

  /** What is added to the attention: nothing, or so much for a filler that it counts nothing. */
  private String attentionBias(String mask, String ids) throws IOException {
    String wide = graph.add("Unsqueeze", mask, graph.constants(1, 2));
    String one = graph.add("Cast", Map.of("to", OnnxGraphWriter.Type.FLOAT.code()), wide);
    String filler = graph.add("Sub", graph.constant(1f), one);
    String bias = graph.add("Mul", filler, graph.constant(-Float.MAX_VALUE));
    return config.architecture() == Architecture.MPNET
        ? graph.add(
            "Add", RelativePositions.bias(graph, matrices, weights, config, length(ids)), bias)
        : bias;
  }

  private String layer(String x, String bias, String name) throws IOException {
    int hidden = config.hidden();
    int size = hidden / config.heads();
    Factor input = matrices.factor(x);
    // The scores of attention are divided by this; in the weights it costs nothing.
    float scale = (float) (1 / Math.sqrt(size));
    String query =
        heads(matrices.linear(input, name + names.query, hidden, hidden, scale), 0, 2, 1, 3);
    String key = heads(matrices.linear(input, name + names.key, hidden, hidden, 1), 0, 2, 3, 1);
    String value = heads(matrices.linear(input, name + names.value, hidden, hidden, 1), 0, 2, 1, 3);
    String scores = graph.add("Add", graph.add("MatMul", query, key), bias);
    String shares = graph.add("Softmax", Map.of("axis", -1), scores);
    String mixed =
        graph.add(
            "Transpose",
            Map.of("perm", new int[] {0, 2, 1, 3}),
            graph.add("MatMul", shares, value));
    String joined = graph.add("Reshape", mixed, graph.constants(0, 0, hidden));
    String attended =
        matrices.linear(matrices.factor(joined), name + names.attentionOutput, hidden, hidden, 1);
    String middle =
        matrices.layerNorm(
            graph.add("Add", attended, x), name + names.attentionNorm, hidden, config.epsilon());
    String wide =
        config
            .activation()
            .apply(
                graph,
                matrices.linear(
                    matrices.factor(middle), name + names.inner, hidden, config.inner(), 1));
    String narrow =
        matrices.linear(matrices.factor(wide), name + names.outer, config.inner(), hidden, 1);
    return matrices.layerNorm(
        graph.add("Add", narrow, middle), name + names.outputNorm, hidden, config.epsilon());
  }

  /** Divides vectors among the heads. */
  private String heads(String x, int... order) {
    int size = config.hidden() / config.heads();
    String divided = graph.add("Reshape", x, graph.constants(0, 0, config.heads(), size));
    return graph.add("Transpose", Map.of("perm", order), divided);
  }

  // ---- the head ---------------------------------------------------------------------------------

  private void scores(String x) throws IOException {
    int hidden = config.hidden();
    String first = graph.add("Gather", Map.of("axis", 1), x, graph.constant(0L));
    String last =
        switch (config.architecture()) {
          case BERT, DISTILBERT -> "classifier";
          case ROBERTA, ELECTRA, MPNET -> "classifier.out_proj";
        };
    String before =
        switch (config.architecture()) {
          case BERT -> graph.add("Tanh", pooled(first));
          case DISTILBERT ->
              graph.add("Relu", matrices.headLayer(first, "pre_classifier", hidden, hidden));
          case ROBERTA, MPNET ->
              graph.add("Tanh", matrices.headLayer(first, "classifier.dense", hidden, hidden));
          case ELECTRA ->
              ActivationFunction.GELU.apply(
                  graph, matrices.headLayer(first, "classifier.dense", hidden, hidden));
        };
    int labels = Math.toIntExact(weights.headRows(last + ".weight"));
    if (labels < 1) {
      throw new ModelException(weights.location(), "has a classifier without labels");
    }
    graph.output(
        matrices.headLayer(before, last, hidden, labels), "logits", List.of("batch_size", labels));
  }

  /** BERT's pooler is a part of the encoder. */
  private String pooled(String first) throws IOException {
    int hidden = config.hidden();
    return matrices.headLayer(first, weights.inEncoder("pooler.dense"), hidden, hidden);
  }
}
