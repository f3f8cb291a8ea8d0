package dev.lucenesemantic.mining;

import static dev.lucenesemantic.embed.Similarity.COSINE;
import static dev.lucenesemantic.embed.Similarity.DOT;
import static dev.lucenesemantic.embed.Similarity.EUCLIDEAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.embed.FakeEmbedder;
import dev.lucenesemantic.embed.Similarity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.lucene.util.ThreadInterruptedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The functions over lists; {@code PythonMiningTest} compares them with Python. */
class VectorMiningTest {
  private static final float[] EAST = {1, 0};
  private static final float[] FAR_EAST = {3, 0};
  private static final float[] NORTH = {0, 1};
  private static final float[] WEST = {-1, 0};

  // Search

  @Test
  void hitsComeBestFirstWithTheirScores() {
    assertEquals(
        List.of(List.of(new SearchHit(2, 1), new SearchHit(0, 0), new SearchHit(1, -1))),
        VectorMining.semanticSearch(List.of(EAST), List.of(NORTH, WEST, FAR_EAST), 10));
  }

  @Test
  void ofEqualScoresTheLowerIndexComesFirstAndStays() {
    List<float[]> corpus = List.of(NORTH, EAST, FAR_EAST, EAST, WEST, EAST);
    assertEquals(
        List.of(List.of(new SearchHit(1, 1), new SearchHit(2, 1))),
        VectorMining.semanticSearch(List.of(EAST), corpus, 2));
  }

  @Test
  void dotProductsCountTheLength() {
    assertEquals(
        List.of(List.of(new SearchHit(1, 3), new SearchHit(0, 1))),
        VectorMining.semanticSearch(List.of(EAST), List.of(EAST, FAR_EAST), 2, DOT));
  }

  @Test
  void emptyListsGiveEmptyResults() {
    assertEquals(List.of(), VectorMining.semanticSearch(List.of(), List.of(EAST), 3));
    assertEquals(
        List.of(List.of(), List.of()),
        VectorMining.semanticSearch(List.of(EAST, NORTH), List.of(), 3));
    assertEquals(List.of(), VectorMining.paraphraseMining(List.of()));
    assertEquals(List.of(), VectorMining.communityDetection(List.of(), 0.5f, 1));
    assertEquals(List.of(), VectorMining.nearDuplicates(List.of(), 0.5f));
  }

  @Test
  void aVectorOfZerosIsLikeNothing() {
    float[] zero = new float[2];
    assertEquals(
        List.of(List.of(new SearchHit(0, 0), new SearchHit(1, 0))),
        VectorMining.semanticSearch(List.of(zero), List.of(zero, EAST), 2));
    assertEquals(
        List.of(List.of(1)), VectorMining.communityDetection(List.of(zero, EAST), 0.5f, 1));
    assertEquals(List.of(), VectorMining.nearDuplicates(List.of(zero, zero), 0.5f));
  }

  @Test
  void tinyAndHugeVectorsHaveTheirCosine() {
    float[] tiny = {1e-11f, 1e-11f};
    float[] huge = {1e18f, 1e18f};
    assertEquals(1, VectorMining.paraphraseMining(List.of(tiny, huge)).getFirst().score(), 1e-6f);
    assertMessage(
        "vector 1 is too long",
        () -> VectorMining.paraphraseMining(List.of(tiny, new float[] {2e19f, 2e19f})));
  }

  @Test
  void threadsAndBlocksChangeNothing() {
    List<float[]> many = random(1500, 24);
    List<float[]> queries = many.subList(0, 333);
    List<List<SearchHit>> hits = VectorMining.semanticSearch(queries, many, 7);
    for (int i = 0; i < queries.size(); i++) {
      List<SearchHit> alone = VectorMining.semanticSearch(List.of(queries.get(i)), many, 7).get(0);
      assertEquals(alone, hits.get(i));
    }
  }

  // Paraphrases

  @Test
  void eachPairComesOnceAndEqualScoresInOrder() {
    assertEquals(
        List.of(
            new ParaphrasePair(1, 0, 1),
            new ParaphrasePair(1, 0, 3),
            new ParaphrasePair(1, 1, 3),
            new ParaphrasePair(0, 0, 2),
            new ParaphrasePair(0, 1, 2),
            new ParaphrasePair(0, 2, 3)),
        VectorMining.paraphraseMining(List.of(EAST, FAR_EAST, NORTH, EAST)));
  }

  @Test
  void aScoreOfMinusOneOrLessIsNoPair() {
    assertEquals(List.of(), VectorMining.paraphraseMining(List.of(EAST, WEST)));
    assertEquals(
        List.of(new ParaphrasePair(0, 0, 1), new ParaphrasePair(0, 1, 2)),
        VectorMining.paraphraseMining(
            List.of(FAR_EAST, NORTH, WEST), ParaphraseOptions.defaults().withSimilarity(DOT)));
  }

  @Test
  void chunksOfAnySizeFindEverythingWhenTopKIsLarge() {
    List<float[]> vectors = random(101, 8);
    List<ParaphrasePair> all = VectorMining.paraphraseMining(vectors);
    assertEquals(101 * 100 / 2, all.size());
    for (int chunk : new int[] {1, 7, 50, 100, 101, 1000}) {
      assertEquals(
          all,
          VectorMining.paraphraseMining(
              vectors, ParaphraseOptions.defaults().withCorpusChunkSize(chunk)));
    }
  }

  @Test
  void theBestPairsStayWhateverTheirNumber() {
    List<float[]> vectors = random(60, 5);
    List<ParaphrasePair> all = VectorMining.paraphraseMining(vectors);
    for (int maxPairs : new int[] {1, 2, 3, 10, 501, 3000, 60 * 59, 60 * 59 + 1}) {
      // Both directions of a pair count, and one fewer is kept.
      int expected = Math.min(all.size(), maxPairs / 2);
      assertEquals(
          all.subList(0, expected),
          VectorMining.paraphraseMining(
              vectors, ParaphraseOptions.defaults().withMaxPairs(maxPairs)));
    }
  }

  // Communities

  @Test
  void theCentreIsFirstAlsoAmongEquals() {
    // The third has the most neighbours, and a duplicate with a lower index.
    List<float[]> vectors = List.of(at(40), at(20), at(20), at(0), at(90));
    List<List<Integer>> communities = VectorMining.communityDetection(vectors, cosine(25), 2);
    assertEquals(List.of(List.of(1, 2, 0, 3)), communities);
  }

  @Test
  void theLargerCommunityTakesWhatTwoShare() {
    List<float[]> vectors = List.of(at(0), at(10), at(20), at(30), at(50), at(60));
    assertEquals(
        List.of(List.of(1, 0, 2), List.of(4, 5)),
        VectorMining.communityDetection(vectors, cosine(12), 2));
    assertEquals(
        List.of(List.of(1, 0, 2), List.of(4, 5), List.of(3)),
        VectorMining.communityDetection(vectors, cosine(12), 1));
  }

  @Test
  void communitiesAreThoseOfThePlainDefinition() {
    List<float[]> vectors = clustered(700, 6);
    for (float threshold : new float[] {0.5f, 0.9f, 0.99f}) {
      for (int minSize : new int[] {1, 3, 20}) {
        assertEquals(
            plainCommunities(vectors, threshold, minSize),
            VectorMining.communityDetection(vectors, threshold, minSize).stream()
                .map(HashSet::new)
                .toList());
      }
    }
  }

  // Near duplicates

  @Test
  void theFirstStaysAndADuplicateOfADuplicateDoesToo() {
    // 20 is near 10, which is near 0 and gone; 20 itself is not near 0.
    List<float[]> vectors = List.of(at(0), at(10), at(90), at(20), at(5), at(95));
    assertEquals(
        List.of(new DuplicateGroup(0, List.of(1, 4)), new DuplicateGroup(2, List.of(5))),
        VectorMining.nearDuplicates(vectors, cosine(12)));
  }

  @Test
  void nearDuplicatesAreThoseOfTheDefinition() {
    List<float[]> vectors = clustered(1300, 6);
    for (float threshold : new float[] {0.3f, 0.9f, 0.999f}) {
      List<Integer> kept = new ArrayList<>();
      List<List<Integer>> duplicates = new ArrayList<>();
      float[][] scores =
          COSINE.matrix(vectors.toArray(float[][]::new), vectors.toArray(float[][]::new));
      for (int i = 0; i < vectors.size(); i++) {
        int row = i;
        int near =
            IntStream.range(0, kept.size())
                .filter(k -> scores[row][kept.get(k)] >= threshold)
                .findFirst()
                .orElse(-1);
        if (near < 0) {
          kept.add(i);
          duplicates.add(new ArrayList<>());
        } else {
          duplicates.get(near).add(i);
        }
      }
      List<DuplicateGroup> expected = new ArrayList<>();
      for (int i = 0; i < kept.size(); i++) {
        if (!duplicates.get(i).isEmpty()) {
          expected.add(new DuplicateGroup(kept.get(i), duplicates.get(i)));
        }
      }
      assertFalse(expected.isEmpty());
      assertEquals(expected, VectorMining.nearDuplicates(vectors, threshold));
    }
  }

  // Texts

  @Test
  void textsAreEncodedAndCompared() {
    FakeEmbedder embedder = new FakeEmbedder("model", 32);
    List<String> texts = List.of("red bread", "green river", "bread, red!", "green river bank");
    ParaphrasePair best = VectorMining.paraphraseMining(texts, embedder).getFirst();
    assertEquals(List.of(0, 2), List.of(best.first(), best.second()));
    assertEquals(1, embedder.documentCalls.get());
    assertEquals(
        List.of("red bread", "green river", "green river bank"),
        VectorMining.removeNearDuplicates(texts, 0.99f, embedder));
    assertEquals(
        List.of(List.of(0, 2)), VectorMining.communityDetection(texts, 0.99f, 2, embedder));
    List<List<SearchHit>> hits =
        VectorMining.semanticSearch(List.of("river", "bread"), texts, 1, embedder);
    assertEquals(1, hits.get(0).getFirst().corpusIndex());
    assertEquals(0, hits.get(1).getFirst().corpusIndex());
    assertEquals(2, embedder.queryCalls.get());
  }

  @Test
  void noTextsAreNoPairs() {
    FakeEmbedder embedder = new FakeEmbedder("model", 32);
    assertEquals(List.of(), VectorMining.paraphraseMining(List.of(), embedder));
    assertEquals(List.of(), VectorMining.removeNearDuplicates(List.of(), 0.9f, embedder));
  }

  // What is refused

  @Test
  void vectorsThatCannotBeComparedAreNamed() {
    float[] third = {1, 2, 3};
    assertMessage(
        "corpus vector 1 has 3 components and corpus vector 0 has 2",
        () -> VectorMining.semanticSearch(List.of(EAST), List.of(EAST, third), 1));
    assertMessage(
        "the query vectors have 3 components and the corpus vectors 2",
        () -> VectorMining.semanticSearch(List.of(third), List.of(EAST), 1));
    assertMessage(
        "vector 1 has NaN as its component 1",
        () -> VectorMining.paraphraseMining(List.of(EAST, new float[] {1, Float.NaN})));
    assertMessage(
        "vector 0 has -Infinity as its component 0",
        () ->
            VectorMining.communityDetection(
                List.of(new float[] {Float.NEGATIVE_INFINITY, 1}), 0.5f, 1));
    assertMessage(
        "vector 1 is null", () -> VectorMining.nearDuplicates(Arrays.asList(EAST, null), 0.5f));
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    assertMessage(
        "topK must be at least 1", () -> VectorMining.semanticSearch(List.of(), List.of(), 0));
    assertMessage(
        "EUCLIDEAN", () -> VectorMining.semanticSearch(List.of(), List.of(), 1, EUCLIDEAN));
    assertMessage("EUCLIDEAN", () -> ParaphraseOptions.defaults().withSimilarity(EUCLIDEAN));
    assertMessage("topK", () -> ParaphraseOptions.defaults().withTopK(0));
    assertMessage("maxPairs", () -> ParaphraseOptions.defaults().withMaxPairs(0));
    assertMessage("corpusChunkSize", () -> ParaphraseOptions.defaults().withCorpusChunkSize(-1));
    assertMessage("threshold", () -> VectorMining.communityDetection(List.of(), Float.NaN, 1));
    assertMessage("threshold", () -> VectorMining.nearDuplicates(List.of(), 1.5f));
    assertMessage("minCommunitySize", () -> VectorMining.communityDetection(List.of(), 0.5f, 0));
  }

  @Test
  void anInterruptedThreadEndsAndStaysInterrupted() {
    List<float[]> vectors = random(1000, 32);
    List<Executable> calls =
        List.of(
            () -> VectorMining.semanticSearch(vectors, vectors, 3),
            () -> VectorMining.paraphraseMining(vectors),
            () -> VectorMining.communityDetection(vectors, 0.5f, 3),
            () -> VectorMining.nearDuplicates(vectors, 0.9f));
    for (Executable call : calls) {
      Thread.currentThread().interrupt();
      assertThrows(ThreadInterruptedException.class, call);
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void theCallersVectorsStayAsTheyAre() {
    List<float[]> vectors = List.of(FAR_EAST.clone(), NORTH.clone());
    VectorMining.paraphraseMining(vectors);
    VectorMining.communityDetection(vectors, 0.5f, 1);
    assertArrayEquals(FAR_EAST, vectors.get(0));
    assertArrayEquals(NORTH, vectors.get(1));
  }

  /** Python's definition, word for word, without its order inside of a community. */
  private static List<Set<Integer>> plainCommunities(
      List<float[]> vectors, float threshold, int minSize) {
    float[][] rows = vectors.toArray(float[][]::new);
    float[][] scores = Similarity.COSINE.matrix(rows, rows);
    List<Set<Integer>> all = new ArrayList<>();
    for (float[] row : scores) {
      Set<Integer> near = new HashSet<>();
      for (int j = 0; j < row.length; j++) {
        if (row[j] >= threshold) {
          near.add(j);
        }
      }
      if (near.size() >= minSize) {
        all.add(near);
      }
    }
    all.sort((a, b) -> b.size() - a.size());
    List<Set<Integer>> distinct = new ArrayList<>();
    Set<Integer> used = new HashSet<>();
    for (Set<Integer> community : all) {
      community.removeAll(used);
      if (community.size() >= minSize) {
        distinct.add(community);
        used.addAll(community);
      }
    }
    distinct.sort((a, b) -> b.size() - a.size());
    return distinct;
  }

  private static void assertMessage(String expected, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(expected), message);
  }

  private static float[] at(double degrees) {
    double radians = Math.toRadians(degrees);
    return new float[] {(float) Math.cos(radians), (float) Math.sin(radians)};
  }

  private static float cosine(double degrees) {
    return (float) Math.cos(Math.toRadians(degrees));
  }

  private static List<float[]> random(int count, int dimension) {
    Random random = new Random(count * 31L + dimension);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[dimension];
      for (int j = 0; j < dimension; j++) {
        vector[j] = (float) random.nextGaussian();
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static List<float[]> clustered(int count, int dimension) {
    List<float[]> centres = random(12, dimension);
    Random random = new Random(count);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = centres.get(random.nextInt(centres.size())).clone();
      float width = random.nextFloat();
      for (int j = 0; j < dimension; j++) {
        vector[j] += (float) (width * random.nextGaussian());
      }
      vectors.add(vector);
    }
    return vectors;
  }
}
