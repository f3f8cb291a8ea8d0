package dev.lucenesemantic.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.embed.FakeEmbedder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An index is Lucene's own: whoever has lucene-core and nothing else can work with it. */
class StockLuceneTest {
  private static final int DIMENSION = StockLucene.DIMENSION;

  static List<VectorStorage> storages() {
    return Storages.all();
  }

  @ParameterizedTest
  @MethodSource("storages")
  void readsChecksSearchesAndMerges(VectorStorage storage, @TempDir Path folder) throws Exception {
    index(storage, folder);
    try (LuceneOnly loader = new LuceneOnly()) {
      assertThrows(
          ClassNotFoundException.class, () -> loader.loadClass(SemanticCodec.class.getName()));
      @SuppressWarnings("unchecked")
      Function<String, String> program =
          (Function<String, String>)
              loader.loadClass(StockLucene.class.getName()).getDeclaredConstructor().newInstance();
      assertEquals("clean 300:42 clean 300:42", program.apply(folder.toString()));
    }
  }

  private static void index(VectorStorage storage, Path folder) throws IOException {
    SemanticFieldType type = new SemanticFieldType(new FakeEmbedder("a", DIMENSION));
    List<float[]> vectors = Storages.clustered(300, DIMENSION, new Random(7));
    float[] nearest = new float[DIMENSION];
    nearest[0] = 1;
    vectors.set(42, nearest);
    try (Directory directory = FSDirectory.open(folder);
        IndexWriter writer =
            new IndexWriter(
                directory, new IndexWriterConfig().setCodec(new SemanticCodec(storage)))) {
      for (int i = 0; i < vectors.size(); i++) {
        Document document = new Document();
        document.add(new KnnFloatVectorField("v", vectors.get(i), type));
        document.add(new StringField("id", String.valueOf(i), Field.Store.YES));
        writer.addDocument(document);
        if (i == 100) {
          writer.commit();
        }
      }
    }
  }

  /** Finds classes in lucene-core and the JDK, and the one program. */
  private static final class LuceneOnly extends URLClassLoader {
    LuceneOnly() {
      super(
          new URL[] {KnnVectorsFormat.class.getProtectionDomain().getCodeSource().getLocation()},
          ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (!name.equals(StockLucene.class.getName())) {
        return super.findClass(name);
      }
      String file = "/" + name.replace('.', '/') + ".class";
      try (InputStream in = StockLuceneTest.class.getResourceAsStream(file)) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
