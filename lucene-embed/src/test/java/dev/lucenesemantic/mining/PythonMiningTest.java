package dev.lucenesemantic.mining;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.lucenesemantic.embed.Similarity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The functions over lists find what Python's find among the same vectors. */
class PythonMiningTest {
  /** Scores nearer to each other than this may be ordered otherwise. */
  private static final float ROUNDING = 1e-6f;

  private static final JsonObject REFERENCE =
      JsonParser.parseString(new String(bytes("mining.json"), StandardCharsets.UTF_8))
          .getAsJsonObject();

  private static final List<float[]> VECTORS = vectors("mining.f32");

  static Stream<JsonObject> searches() {
    return cases("semantic_search");
  }

  @ParameterizedTest
  @MethodSource("searches")
  void semanticSearchFindsWhatPythonFinds(JsonObject expected) {
    List<float[]> queries = vectors("mining.queries.f32");
    List<List<SearchHit>> hits =
        VectorMining.semanticSearch(
            queries, VECTORS, expected.get("top_k").getAsInt(), similarity(expected));
    assertEquals(queries.size(), hits.size());
    for (int i = 0; i < hits.size(); i++) {
      assertEquals(expected.get("found").getAsInt(), hits.get(i).size());
      Map<Integer, Float> scores = new HashMap<>();
      hits.get(i).forEach(hit -> scores.put(hit.corpusIndex(), hit.score()));
      JsonArray first = expected.getAsJsonArray("first").get(i).getAsJsonArray();
      for (int j = 0; j < first.size(); j++) {
        JsonArray hit = first.get(j).getAsJsonArray();
        float score = hit.get(1).getAsFloat();
        assertEquals(score, hits.get(i).get(j).score(), ROUNDING);
        assertEquals(score, scores.get(hit.get(0).getAsInt()), ROUNDING);
      }
    }
  }

  static Stream<JsonObject> minings() {
    return cases("paraphrase_mining");
  }

  @ParameterizedTest
  @MethodSource("minings")
  void paraphraseMiningFindsThePairsThatPythonFinds(JsonObject expected) {
    List<ParaphrasePair> pairs =
        VectorMining.paraphraseMining(
            VECTORS.subList(0, expected.get("vectors").getAsInt()),
            new ParaphraseOptions(
                expected.get("top_k").getAsInt(),
                expected.get("max_pairs").getAsInt(),
                similarity(expected),
                expected.get("corpus_chunk_size").getAsInt()));
    Map<List<Integer>, Float> scores = new HashMap<>();
    pairs.forEach(pair -> scores.put(List.of(pair.first(), pair.second()), pair.score()));
    JsonArray expectedPairs = expected.getAsJsonArray("pairs");
    assertEquals(expectedPairs.size(), pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      JsonArray pair = expectedPairs.get(i).getAsJsonArray();
      float score = pair.get(2).getAsFloat();
      assertEquals(score, pairs.get(i).score(), ROUNDING);
      List<Integer> both = List.of(pair.get(0).getAsInt(), pair.get(1).getAsInt());
      assertTrue(scores.containsKey(both), both::toString);
      assertEquals(score, scores.get(both), ROUNDING);
    }
  }

  static Stream<JsonObject> detections() {
    return cases("community_detection");
  }

  @ParameterizedTest
  @MethodSource("detections")
  void communityDetectionFindsTheCommunitiesThatPythonFinds(JsonObject expected) {
    List<float[]> vectors = VECTORS.subList(0, expected.get("vectors").getAsInt());
    List<List<Integer>> communities =
        VectorMining.communityDetection(
            vectors,
            expected.get("threshold").getAsFloat(),
            expected.get("min_community_size").getAsInt());
    JsonArray all = expected.getAsJsonArray("communities");
    assertEquals(all.size(), communities.size());
    for (int i = 0; i < all.size(); i++) {
      List<Integer> members = new ArrayList<>();
      all.get(i).getAsJsonArray().forEach(member -> members.add(member.getAsInt()));
      List<Integer> community = communities.get(i);
      assertEquals(members.size(), community.size());
      assertEquals(new HashSet<>(members), new HashSet<>(community));
      // The order is that of the distance from a centre that may be elsewhere; so compare orders.
      int differing = 0;
      for (int j = 0; j < members.size(); j++) {
        differing += members.get(j).equals(community.get(j)) ? 0 : 1;
      }
      assertTrue(differing <= members.size() / 10, members + " " + community);
    }
  }

  private static Stream<JsonObject> cases(String function) {
    return REFERENCE.getAsJsonArray(function).asList().stream().map(JsonElement::getAsJsonObject);
  }

  private static Similarity similarity(JsonObject expected) {
    return Similarity.valueOf(expected.get("similarity").getAsString());
  }

  private static List<float[]> vectors(String file) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<float[]> vectors = new ArrayList<>();
    while (buffer.hasRemaining()) {
      float[] vector = new float[REFERENCE.get("dimension").getAsInt()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = buffer.getFloat();
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static byte[] bytes(String file) {
    try (InputStream in = PythonMiningTest.class.getResourceAsStream("/reference/" + file)) {
      if (in == null) {
        throw new AssertionError("no reference file " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
