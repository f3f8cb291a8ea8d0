package dev.lucenesemantic.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.util.VectorUtil;

public class VectorScorerTest extends LuceneTestCase {

  public void testAHitHasTheDotProductOfItsVectorWhateverTheOrderOfTheHits() throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      texts.add(i % 7 == 3 ? null : "s".repeat(random().nextInt(30)));
    }
    withIndex(
        texts,
        reader -> {
          List<String> numbers = new ArrayList<>();
          for (int doc = 0; doc < texts.size(); doc++) {
            numbers.add(Integer.toString(doc));
          }
          Collections.shuffle(numbers, random());
          float[] scores =
              new VectorScorer(reader, "vector", new FakeEmbedder()).score("sssss", numbers);
          for (int i = 0; i < scores.length; i++) {
            String text = texts.get(Integer.parseInt(numbers.get(i)));
            if (text == null) {
              assertTrue("a hit without a vector has no score", Float.isNaN(scores[i]));
            } else {
              float expected =
                  VectorUtil.dotProduct(FakeEmbedder.vector("sssss"), FakeEmbedder.vector(text));
              assertEquals(expected, scores[i], 1e-6f);
            }
          }
        });
  }

  public void testAFieldWithoutVectorsGivesNoScores() throws IOException {
    withIndex(
        List.of("s", "ss"),
        reader -> {
          float[] scores =
              new VectorScorer(reader, "other", new FakeEmbedder()).score("s", List.of("1", "0"));
          assertArrayEquals(new float[] {Float.NaN, Float.NaN}, scores, 0);
        });
  }

  private interface IndexTest {
    void run(IndexReader reader) throws IOException;
  }

  /** One document for each text, in order and in several segments; without a vector where null. */
  private static void withIndex(List<String> texts, IndexTest test) throws IOException {
    try (Directory directory = newDirectory();
        IndexWriter writer =
            new IndexWriter(
                directory, newIndexWriterConfig().setMergePolicy(newLogMergePolicy()))) {
      for (String text : texts) {
        Document document = new Document();
        if (text != null) {
          document.add(
              new KnnFloatVectorField(
                  "vector", FakeEmbedder.vector(text), VectorSimilarityFunction.DOT_PRODUCT));
        }
        writer.addDocument(document);
        if (random().nextInt(5) == 0) {
          writer.flush();
        }
      }
      try (IndexReader reader = DirectoryReader.open(writer)) {
        test.run(reader);
      }
    }
  }
}
