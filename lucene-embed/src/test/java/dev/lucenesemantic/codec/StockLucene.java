package dev.lucenesemantic.codec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * A program that knows lucene-core and nothing of this library. {@link StockLuceneTest} runs it
 * with a class loader that has nothing else; it can be run by hand the same way.
 */
public final class StockLucene implements Function<String, String> {
  static final int DIMENSION = 64;

  public static void main(String[] args) {
    System.out.println(new StockLucene().apply(args[0]));
  }

  /**
   * Checks the index in a folder, searches it, adds a document, deletes one, merges all and checks
   * again.
   *
   * @return what was found, in one line
   */
  @Override
  public String apply(String folder) {
    try (Directory directory = FSDirectory.open(Path.of(folder))) {
      StringBuilder found = new StringBuilder();
      found.append(check(directory)).append(' ').append(nearest(directory));
      try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
        float[] vector = new float[DIMENSION];
        vector[1] = 1;
        Document document = new Document();
        document.add(new KnnFloatVectorField("v", vector, VectorSimilarityFunction.DOT_PRODUCT));
        document.add(new StringField("id", "added", Field.Store.YES));
        writer.addDocument(document);
        writer.deleteDocuments(new Term("id", "7"));
        writer.forceMerge(1);
      }
      return found
          .append(' ')
          .append(check(directory))
          .append(' ')
          .append(nearest(directory))
          .toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String check(Directory directory) throws IOException {
    try (CheckIndex check = new CheckIndex(directory)) {
      check.setLevel(CheckIndex.Level.MIN_LEVEL_FOR_SLOW_CHECKS);
      CheckIndex.Status status = check.checkIndex();
      return status.clean ? "clean" : "broken";
    }
  }

  private static String nearest(Directory directory) throws IOException {
    float[] target = new float[DIMENSION];
    target[0] = 1;
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      ScoreDoc[] hits =
          new IndexSearcher(reader).search(new KnnFloatVectorQuery("v", target, 20), 1).scoreDocs;
      return reader.numDocs() + ":" + reader.storedFields().document(hits[0].doc).get("id");
    }
  }
}
