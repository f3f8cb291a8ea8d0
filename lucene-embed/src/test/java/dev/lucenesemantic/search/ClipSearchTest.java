package dev.lucenesemantic.search;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.ClipFolder;
import dev.lucenesemantic.embed.EncoderOptions;
import dev.lucenesemantic.embed.NativeCleanerThread;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.embed.Similarity;
import dev.lucenesemantic.image.ImageSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.LuceneTestCase;

/** CLIP from its folder to the hits of a search: images are indexed and found by texts. */
@ThreadLeakFilters(filters = NativeCleanerThread.class)
public class ClipSearchTest extends LuceneTestCase {

  public void testTextsFindTheImagesThatAreNearestInPython() throws Exception {
    List<String> names = ClipFolder.imageNames();
    List<float[]> images = ClipFolder.expected("image_vectors");
    List<float[]> texts = ClipFolder.expected("text_vectors");
    try (SentenceTransformer model =
            SentenceTransformer.load(
                ClipFolder.plain(createTempDir()), EncoderOptions.defaults().withThreads(1));
        Directory directory = newDirectory()) {
      SemanticFieldType type = new SemanticFieldType(model);
      try (SemanticIndexWriter writer =
          new SemanticIndexWriter(new IndexWriter(directory, newIndexWriterConfig()))) {
        List<Document> documents = new ArrayList<>();
        for (String name : names) {
          Document document = new Document();
          document.add(new StringField("name", name, Field.Store.YES));
          document.add(new SemanticField("vector", ImageSource.of(ClipFolder.image(name)), type));
          documents.add(document);
        }
        writer.addEach(documents);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = newSearcher(reader);
        for (int i = 0; i < texts.size(); i++) {
          SemanticQuery query =
              new SemanticQuery("vector", ClipFolder.texts().get(i), names.size(), model);
          ScoreDoc[] hits = searcher.search(query, names.size()).scoreDocs;
          assertEquals(names.size(), hits.length);
          for (ScoreDoc hit : hits) {
            String name = searcher.storedFields().document(hit.doc).get("name");
            float cosine =
                Similarity.COSINE
                    .pairwise(
                        new float[][] {texts.get(i)},
                        new float[][] {images.get(names.indexOf(name))})[0];
            assertEquals(name, (1 + cosine) / 2, hit.score, 1e-2);
          }
        }
      }
    }
  }
}
