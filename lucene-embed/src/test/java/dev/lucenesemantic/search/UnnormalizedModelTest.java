package dev.lucenesemantic.search;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.ModelFolder;
import dev.lucenesemantic.embed.NativeCleanerThread;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.embed.Similarity;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** A model that does not normalise, from its folder to the scores of a search. */
@ThreadLeakFilters(filters = NativeCleanerThread.class)
public class UnnormalizedModelTest extends LuceneTestCase {

  public void testScoresAreTheCosinesOfPythonsVectors() throws Exception {
    List<String> texts =
        List.of("the weather is lovely", "a stadium in the city", "it is sunny", "", "42");
    try (SentenceTransformer model =
            SentenceTransformer.load(
                ModelFolder.variant("pooling-mean", createTempDir()),
                EncoderOptions.defaults().withThreads(1));
        Directory directory = newDirectory()) {
      assertFalse(model.normalized());
      SemanticFieldType type = new SemanticFieldType(model);
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        for (String text : texts) {
          Document document = new Document();
          document.add(new StringField("text", text, Field.Store.YES));
          document.add(new SemanticField("vector", text, type));
          writer.addDocument(document);
        }
      }
      float[][] query = {model.encode("sunny weather")};
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        ScoreDoc[] hits =
            newSearcher(reader)
                .search(new SemanticQuery("vector", "sunny weather", 10, model), 10)
                .scoreDocs;
        assertEquals(texts.size(), hits.length);
        for (ScoreDoc hit : hits) {
          String text = reader.storedFields().document(hit.doc).get("text");
          float cosine = Similarity.COSINE.pairwise(query, new float[][] {model.encode(text)})[0];
          assertEquals(text, (1 + cosine) / 2, hit.score, 1e-2);
        }
      }
    }
  }

  public void testModelsMadeForOtherFunctionsAreRefused() {
    for (String variant : List.of("similarity-dot", "similarity-euclidean")) {
      try (SentenceTransformer model =
          SentenceTransformer.load(ModelFolder.variant(variant, createTempDir()))) {
        if (model.normalized()) {
          new SemanticFieldType(model);
        } else {
          IllegalArgumentException e =
              expectThrows(IllegalArgumentException.class, () -> new SemanticFieldType(model));
          assertTrue(e.getMessage(), e.getMessage().contains(model.similarity().name()));
        }
      }
    }
  }
}
