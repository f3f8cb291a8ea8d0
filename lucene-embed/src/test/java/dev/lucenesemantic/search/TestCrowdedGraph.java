package dev.lucenesemantic.search;

import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.FakeEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.VectorUtil;

/** Segments in which the same vectors stand many times. */
public class TestCrowdedGraph extends LuceneTestCase {
  private static final String FIELD = "body_vector";

  private final FakeEmbedder embedder = new FakeEmbedder("model-a", 16);
  private final SemanticFieldType type = new SemanticFieldType(embedder);

  private static List<String> texts(int different, int repeated, int copies) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < different; i++) {
      texts.add("different " + i);
    }
    for (int i = 0; i < repeated * copies; i++) {
      texts.add("repeated " + i % repeated);
    }
    Collections.shuffle(texts, random());
    return texts;
  }

  private static IndexWriter open(Directory directory) throws IOException {
    return new IndexWriter(directory, new IndexWriterConfig().setCodec(TestUtil.getDefaultCodec()));
  }

  private void add(Directory directory, List<String> texts, boolean hashed) throws IOException {
    try (IndexWriter plain = open(directory);
        SemanticIndexWriter writer = new SemanticIndexWriter(plain)) {
      for (String text : texts) {
        if (hashed) {
          writer.addDocument(List.of(new SemanticField(FIELD, text, type)));
        } else {
          plain.addDocument(List.of(new KnnFloatVectorField(FIELD, embedder.vector(text), type)));
        }
      }
      plain.forceMerge(1);
    }
  }

  private boolean isCrowded(int different, int repeated, int copies) throws IOException {
    boolean[] crowded = new boolean[2];
    for (int hashed = 0; hashed < 2; hashed++) {
      try (Directory directory = newDirectory()) {
        add(directory, texts(different, repeated, copies), hashed == 1);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          LeafReader segment = reader.leaves().getFirst().reader();
          crowded[hashed] = CrowdedGraph.isIn(segment, FIELD, FIELD);
        }
      }
    }
    assertEquals("by texts or by vectors", crowded[1], crowded[0]);
    return crowded[0];
  }

  public void testTheFewerCopiesTheMoreOfThem() throws IOException {
    assertFalse(isCrowded(1000, 0, 0));
    assertFalse(isCrowded(0, 300, 2));
    assertFalse(isCrowded(1000, 1, 9));
    assertFalse(isCrowded(1000, 3, 31));
    assertTrue(isCrowded(1000, 1, 32));
    assertFalse(isCrowded(1000, 13, 8));
    assertTrue(isCrowded(1000, 14, 8));
    assertFalse(isCrowded(1000, 200, 4));
    assertTrue(isCrowded(1000, 251, 4));
  }

  public void testAllIsFoundWhateverStandsThereManyTimes() throws IOException {
    for (boolean hashed : new boolean[] {true, false}) {
      try (Directory directory = newDirectory()) {
        List<String> texts = texts(500, 5, 100);
        add(directory, texts, hashed);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          for (int i = 0; i < 20; i++) {
            String question = "different " + i + " repeated " + i % 3;
            ScoreDoc[] hits =
                newSearcher(reader)
                    .search(new SemanticQuery(FIELD, question, 10, embedder), 10)
                    .scoreDocs;
            float[] vector = embedder.vector(question);
            List<Float> best =
                texts.stream()
                    .map(text -> score(vector, embedder.vector(text)))
                    .sorted(Comparator.reverseOrder())
                    .limit(10)
                    .toList();
            assertEquals(10, hits.length);
            for (int j = 0; j < 10; j++) {
              assertEquals(best.get(j), hits[j].score, 1e-5f);
            }
          }
        }
      }
    }
  }

  private static float score(float[] one, float[] other) {
    return (1 + VectorUtil.dotProduct(one, other)) / 2;
  }
}
