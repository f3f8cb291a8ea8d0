package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.inference.TruncationPolicy;
import dev.lucenesemantic.rerank.CrossEncoder;
import dev.lucenesemantic.rerank.CrossEncoderOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The models of a reranking run, each loaded once. */
final class RerankModels implements AutoCloseable {
  static final String BM25 = "bm25";
  static final String HYBRID = "hybrid";

  private static final String OTHERWISE = "ALL_MINILM_L6_V2";

  private final Map<String, SemanticSystem> biEncoders = new LinkedHashMap<>();
  private final Map<String, CrossEncoder> rerankers = new LinkedHashMap<>();
  private final Map<String, String> namesByLabel = new LinkedHashMap<>();
  private final Bm25System bm25 = Bm25System.withAnseriniParameters();
  private final List<String> first;
  private final List<String> peers;

  /**
   * Loads the models.
   *
   * @param first the first stages: bm25, hybrid and names of bi-encoders
   * @param rerankerNames names of cross-encoders
   * @param peers names of bi-encoders that rank the same candidates
   */
  RerankModels(List<String> first, List<String> rerankerNames, List<String> peers) {
    this.first = first;
    this.peers = peers;
    try {
      List<String> names = new ArrayList<>(first);
      names.removeAll(List.of(BM25, HYBRID));
      names.addAll(peers);
      if (first.contains(HYBRID)) {
        names.add(inHybrid());
      }
      for (String name : names) {
        if (isNew(Models.label(name), name)) {
          loadBiEncoder(Models.label(name), name);
        }
      }
      for (String name : rerankerNames) {
        String label = Models.rerankerLabel(name);
        if (isNew(label, name)) {
          rerankers.put(label, Models.loadReranker(name, CrossEncoderOptions.defaults()));
        }
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void loadBiEncoder(String label, String name) {
    EncoderOptions options = EncoderOptions.defaults().withTruncation(TruncationPolicy.SILENT);
    String field = SemanticSystem.FIELD + "_" + label;
    biEncoders.put(label, new SemanticSystem(label, field, Models.load(name, options)));
  }

  private boolean isNew(String label, String name) {
    String before = namesByLabel.putIfAbsent(label, name);
    if (before != null && !Models.same(before, name)) {
      throw new UsageException(
          "'" + before + "' and '" + name + "' are both called " + label + " in the table");
    }
    return before == null;
  }

  /** The bi-encoder of the hybrid search: the first one among the first stages. */
  private String inHybrid() {
    return first.stream()
        .filter(name -> !name.equals(BM25) && !name.equals(HYBRID))
        .findFirst()
        .orElse(OTHERWISE);
  }

  Bm25System bm25() {
    return bm25;
  }

  /** The bi-encoders whose vectors the index needs. */
  List<SemanticSystem> biEncoders() {
    return List.copyOf(biEncoders.values());
  }

  /** The cross-encoders by their names in the table. */
  Map<String, CrossEncoder> rerankers() {
    return rerankers;
  }

  /** The first stages in the order in which they were named. */
  List<FirstStage> firstStages() {
    return first.stream().map(this::firstStage).distinct().toList();
  }

  private FirstStage firstStage(String name) {
    return switch (name) {
      case BM25 -> FirstStage.of(bm25);
      case HYBRID -> FirstStage.hybrid(bm25, biEncoders.get(Models.label(inHybrid())));
      default -> FirstStage.of(biEncoders.get(Models.label(name)));
    };
  }

  /** The bi-encoders that rank the candidates of BM25. */
  List<SemanticSystem> peers() {
    return peers.stream().map(name -> biEncoders.get(Models.label(name))).distinct().toList();
  }

  @Override
  public void close() {
    bm25.close();
    biEncoders.values().forEach(SemanticSystem::close);
    rerankers.values().forEach(CrossEncoder::close);
  }
}
