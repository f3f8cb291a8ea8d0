package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.VectorUtil;

public class ExactSearchTest extends LuceneTestCase {

  public void testTheBestOfAllSegmentsComeFirst() throws IOException {
    int dimension = 7;
    List<float[]> vectors = new ArrayList<>();
    try (Directory directory = newDirectory();
        RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
      int count = atLeast(50);
      for (int i = 0; i < count; i++) {
        Document document = new Document();
        if (i % 5 != 0) {
          float[] vector = randomUnitVector(dimension);
          vectors.add(vector);
          document.add(new KnnFloatVectorField("v", vector, VectorSimilarityFunction.DOT_PRODUCT));
        }
        writer.addDocument(document);
        if (rarely()) {
          writer.commit();
        }
      }
      float[] query = randomUnitVector(dimension);
      List<Float> expected =
          vectors.stream()
              .map(vector -> VectorUtil.dotProduct(query, vector))
              .sorted(Comparator.reverseOrder())
              .limit(10)
              .toList();
      try (IndexReader reader = writer.getReader()) {
        List<ExactSearch.Neighbor> found = new ExactSearch(reader, "v").search(query, 10);
        assertEquals(expected, found.stream().map(ExactSearch.Neighbor::dotProduct).toList());
      }
    }
  }

  public void testFewerVectorsThanAskedForAreAllReturned() throws IOException {
    try (Directory directory = newDirectory();
        RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
      Document document = new Document();
      document.add(
          new KnnFloatVectorField("v", new float[] {1, 0}, VectorSimilarityFunction.DOT_PRODUCT));
      writer.addDocument(document);
      try (IndexReader reader = writer.getReader()) {
        List<ExactSearch.Neighbor> found =
            new ExactSearch(reader, "v").search(new float[] {0, 1}, 10);
        assertEquals(List.of(new ExactSearch.Neighbor(0, 0f)), found);
        assertEquals(List.of(), new ExactSearch(reader, "other").search(new float[] {0, 1}, 10));
      }
    }
  }

  private static float[] randomUnitVector(int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random().nextGaussian();
    }
    return VectorUtil.l2normalize(vector);
  }
}
