package dev.lucenesemantic.search;

import dev.lucenesemantic.codec.SemanticCodec;
import dev.lucenesemantic.codec.Storages;
import dev.lucenesemantic.codec.StoredVectors;
import dev.lucenesemantic.codec.VectorStorage;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.embed.FakeEmbedder;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.search.QueryUtils;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressCodecs;

/** Hits have the scores of the vectors as they were indexed, however the search sees them. */
@SuppressCodecs("SimpleText")
public class TestStoredVectorSearch extends LuceneTestCase {
  private static final int DIMENSION = 64;

  /** The rounding of a float dot product. */
  private static final float ROUNDING = 1e-5f;

  private final Map<String, float[]> questions = new HashMap<>();
  private final FakeEmbedder embedder =
      new FakeEmbedder("model-a", DIMENSION) {
        @Override
        public float[] vector(String text) {
          return questions.get(text);
        }
      };
  private final SemanticFieldType type = new SemanticFieldType(embedder);
  private List<float[]> vectors;

  public void testScoresAreExactAndTheBestComeFirst() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      try (Directory directory = newDirectory()) {
        index(directory, 400, storage);
        try (IndexReader reader = DirectoryReader.open(directory)) {
          IndexSearcher searcher = newSearcher(reader);
          for (String question : questions.keySet()) {
            int k = 1 + random().nextInt(30);
            ScoreDoc[] hits = searcher.search(query(question, k), 400).scoreDocs;
            assertEquals(k, hits.length);
            assertExact(reader, question, hits);
          }
        }
      }
    }
  }

  public void testHardlyAnyOfTheNearestIsMissed() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      try (Directory directory = newDirectory()) {
        index(directory, 2000, storage);
        try (IndexReader reader = DirectoryReader.open(directory)) {
          IndexSearcher searcher = newSearcher(reader);
          int found = 0;
          for (String question : questions.keySet()) {
            float tenth = nearest(question, number -> true)[9];
            for (ScoreDoc hit : searcher.search(query(question, 10), 10).scoreDocs) {
              found += hit.score >= tenth - ROUNDING ? 1 : 0;
            }
          }
          double recall = found / (10.0 * questions.size());
          assertTrue(storage + " finds " + recall, recall >= 0.95);
        }
      }
    }
  }

  public void testSegmentsOfSeveralStorages() throws IOException {
    VectorStorage[] storages = Storages.all().toArray(VectorStorage[]::new);
    try (Directory directory = newDirectory()) {
      index(directory, 400, storages);
      try (IndexReader reader = DirectoryReader.open(directory)) {
        assertEquals(
            Arrays.stream(storages).mapToInt(VectorStorage::bits).min().orElseThrow(),
            StoredVectors.of(reader, "v").bits());
        IndexSearcher searcher = newSearcher(reader);
        for (String question : questions.keySet()) {
          // As many candidates as there are documents make the search exact.
          SemanticQuery query = query(question, 20).withBeam(400);
          ScoreDoc[] hits = searcher.search(query, 20).scoreDocs;
          assertExact(reader, question, hits);
          assertScores(nearest(question, number -> true), 20, hits);
        }
      }
    }
  }

  public void testAFilterDeletedDocumentsAndAThreshold() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      try (Directory directory = newDirectory()) {
        index(directory, 300, storage);
        try (IndexWriter writer =
            new IndexWriter(
                directory, newIndexWriterConfig().setCodec(new SemanticCodec(storage)))) {
          writer.deleteDocuments(new Term("third", "1"));
        }
        try (IndexReader reader = DirectoryReader.open(directory)) {
          IndexSearcher searcher = newSearcher(reader);
          for (String question : questions.keySet()) {
            Query filter = new TermQuery(new Term("parity", "0"));
            float[] expected = nearest(question, number -> number % 2 == 0 && number % 3 != 1);
            SemanticQuery query =
                new SemanticQuery("v", question, 20, embedder, filter).withBeam(300);
            ScoreDoc[] hits = searcher.search(query, 20).scoreDocs;
            assertScores(expected, 20, hits);
            // Between two neighbours, so that rounding does not matter.
            int above = widestGap(expected, 20);
            float score = (expected[above - 1] + expected[above]) / 2;
            ScoreDoc[] near = searcher.search(query.withMinSimilarity(2 * score - 1), 20).scoreDocs;
            assertScores(expected, above, near);
          }
        }
      }
    }
  }

  public void testExplanationsNameTheExactScore() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      try (Directory directory = newDirectory()) {
        index(directory, 150, storage);
        try (IndexReader reader = DirectoryReader.open(directory)) {
          IndexSearcher searcher = newSearcher(reader);
          String question = questions.keySet().iterator().next();
          SemanticQuery query = query(question, 5);
          QueryUtils.check(query);
          ScoreDoc[] hits = searcher.search(query, 150).scoreDocs;
          for (int doc = 0; doc < reader.maxDoc(); doc++) {
            int it = doc;
            Explanation explanation = searcher.explain(query, doc);
            float exact = score(question, number(reader, doc));
            boolean hit = Arrays.stream(hits).anyMatch(each -> each.doc == it);
            assertEquals(hit, explanation.isMatch());
            if (hit) {
              assertEquals(exact, explanation.getValue().floatValue(), ROUNDING);
            } else {
              String reason = explanation.getDetails()[0].getDescription();
              float cosine = Float.parseFloat(reason.split("the cosine is |: ")[1]);
              assertEquals(2 * exact - 1, cosine, 2 * ROUNDING);
            }
          }
        }
      }
    }
  }

  public void testABeamThatIsAskedForIsKept() throws IOException {
    for (VectorStorage storage : Storages.all()) {
      try (Directory directory = newDirectory()) {
        index(directory, 300, storage);
        try (IndexReader reader = DirectoryReader.open(directory)) {
          IndexSearcher searcher = newSearcher(reader);
          for (String question : questions.keySet()) {
            ScoreDoc[] ten = searcher.search(query(question, 10).withBeam(10), 10).scoreDocs;
            ScoreDoc[] one = searcher.search(query(question, 1).withBeam(10), 10).scoreDocs;
            assertEquals(1, one.length);
            assertEquals(ten[0].doc, one[0].doc);
          }
        }
      }
    }
  }

  private SemanticQuery query(String question, int k) {
    return new SemanticQuery("v", question, k, embedder);
  }

  /** Indexes random vectors, in a segment or more for each of the storages. */
  private void index(Directory directory, int count, VectorStorage... storages) throws IOException {
    questions.clear();
    vectors = Storages.clustered(count + 20, DIMENSION, random());
    for (int i = 0; i < 20; i++) {
      questions.put("question " + i, vectors.get(count + i));
    }
    vectors = vectors.subList(0, count);
    for (int i = 0; i < storages.length; i++) {
      try (IndexWriter writer =
          new IndexWriter(
              directory,
              newIndexWriterConfig()
                  .setMaxBufferedDocs(atLeast(100))
                  .setMergePolicy(storages.length > 1 ? NoMergePolicy.INSTANCE : newMergePolicy())
                  .setCodec(new SemanticCodec(storages[i])))) {
        for (int j = i * count / storages.length; j < (i + 1) * count / storages.length; j++) {
          Document document = new Document();
          document.add(new KnnFloatVectorField("v", vectors.get(j), type));
          document.add(new StoredField("number", j));
          document.add(new StringField("parity", String.valueOf(j % 2), Field.Store.NO));
          document.add(new StringField("third", String.valueOf(j % 3), Field.Store.NO));
          writer.addDocument(document);
        }
      }
    }
  }

  private interface Numbers {
    boolean contains(int number);
  }

  /** The scores of all documents with such numbers, best first. */
  private float[] nearest(String question, Numbers numbers) {
    float[] scores = new float[vectors.size()];
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (numbers.contains(i)) {
        scores[count++] = -score(question, i);
      }
    }
    float[] best = Arrays.copyOf(scores, count);
    Arrays.sort(best);
    for (int i = 0; i < count; i++) {
      best[i] = -best[i];
    }
    return best;
  }

  private static int widestGap(float[] scores, int end) {
    return IntStream.range(1, end)
        .boxed()
        .max((a, b) -> Float.compare(scores[a - 1] - scores[a], scores[b - 1] - scores[b]))
        .orElseThrow();
  }

  private float score(String question, int number) {
    float[] query = questions.get(question);
    double product = 0;
    for (int i = 0; i < DIMENSION; i++) {
      product += (double) query[i] * vectors.get(number)[i];
    }
    return (float) ((1 + product) / 2);
  }

  private static int number(IndexReader reader, int doc) throws IOException {
    return reader.storedFields().document(doc).getField("number").numericValue().intValue();
  }

  private void assertExact(IndexReader reader, String question, ScoreDoc[] hits)
      throws IOException {
    for (int i = 0; i < hits.length; i++) {
      assertEquals(score(question, number(reader, hits[i].doc)), hits[i].score, ROUNDING);
      assertTrue(i == 0 || hits[i].score <= hits[i - 1].score);
    }
  }

  private static void assertScores(float[] expected, int count, ScoreDoc[] hits) {
    assertEquals(Math.min(count, expected.length), hits.length);
    for (int i = 0; i < hits.length; i++) {
      assertEquals(expected[i], hits[i].score, ROUNDING);
    }
  }
}
