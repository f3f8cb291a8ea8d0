package dev.lucenesemantic.document;

import dev.lucenesemantic.codec.SemanticCodec;
import dev.lucenesemantic.codec.VectorStorage;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * A program that indexes, commits, merges, backfills and migrates until it is killed. Before each
 * commit it writes down what the index will hold, and after it that it has come so far.
 */
final class CrashingIndexer {
  static final String JOURNAL = "journal";
  private static final int IDS = 400;

  private CrashingIndexer() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Random random = new Random(Long.parseLong(args[1]));
    FlakyEmbedder oldModel = new FlakyEmbedder("old", 8);
    FlakyEmbedder newModel = new FlakyEmbedder("new", 12);
    try (Directory directory = FSDirectory.open(folder.resolve("index"));
        Writer journal =
            Files.newBufferedWriter(
                folder.resolve(JOURNAL),
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        SemanticIndexWriter writer =
            new SemanticIndexWriter(
                new IndexWriter(
                    directory,
                    new IndexWriterConfig(new StandardAnalyzer())
                        .setCodec(
                            random.nextBoolean()
                                ? Codec.getDefault()
                                : new SemanticCodec(VectorStorage.FLOAT32))
                        .setMaxBufferedDocs(20 + random.nextInt(50))),
                SemanticIndexOptions.defaults()
                    .withFailurePolicy(FailurePolicy.ADD_WITHOUT_VECTOR))) {
      Map<String, String> state = new TreeMap<>();
      try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
        state.putAll(IndexedDocs.texts(reader));
      }
      System.out.println("begun");
      while (true) {
        step(writer, random, state, oldModel, newModel, journal);
      }
    }
  }

  private static void step(
      SemanticIndexWriter writer,
      Random random,
      Map<String, String> state,
      FlakyEmbedder oldModel,
      FlakyEmbedder newModel,
      Writer journal)
      throws IOException {
    SemanticFieldType oldType = new SemanticFieldType(oldModel);
    SemanticFieldType newType = new SemanticFieldType(newModel);
    boolean migrated = migrated(writer);
    SemanticFieldType type = migrated ? newType : oldType;
    for (FlakyEmbedder model : List.of(oldModel, newModel)) {
      model.broken = random.nextInt(8) == 0;
      model.mended = false;
    }
    switch (random.nextInt(40)) {
      case 0, 1, 2 -> commit(writer, state, journal);
      case 3 -> writer.flush();
      case 4 -> writer.forceMerge(1 + random.nextInt(4));
      case 5, 6 -> {
        oldModel.broken = false;
        newModel.broken = false;
        oldModel.mended = random.nextBoolean();
        newModel.mended = oldModel.mended;
        writer.backfill(IndexedDocs.FIELD, type);
      }
      case 7 -> {
        oldModel.broken = false;
        newModel.broken = false;
        newModel.mended = true;
        oldModel.mended = true;
        SemanticFieldType target = migrated ? oldType : newType;
        writer.fillVectors(
            IndexedDocs.FIELD,
            target,
            IndexedText.storedField("text"),
            FillMonitor.NONE,
            Double.POSITIVE_INFINITY);
        writer.removeOtherVectors(IndexedDocs.FIELD, target);
      }
      default -> {
        for (int i = 0; i < 10; i++) {
          String id = "" + random.nextInt(IDS);
          if (random.nextInt(5) == 0) {
            writer.deleteDocuments(new Term("id", id));
            state.remove(id);
          } else {
            String text = (random.nextInt(4) == 0 ? "bad " : "fine ") + random.nextInt(5000);
            writer.updateDocument(new Term("id", id), IndexedDocs.document(id, text, type));
            state.put(id, text);
          }
        }
      }
    }
  }

  /** Whether the vectors are those of the new model. */
  private static boolean migrated(SemanticIndexWriter writer) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(writer.indexWriter())) {
      return !FieldModels.of(reader, FieldGenerations.name(IndexedDocs.FIELD, "new")).isEmpty();
    }
  }

  private static void commit(SemanticIndexWriter writer, Map<String, String> state, Writer journal)
      throws IOException {
    StringBuilder line = new StringBuilder("before");
    state.forEach((id, text) -> line.append('\t').append(id).append('=').append(text));
    journal.append(line).append('\n').flush();
    writer.commit();
    journal.append("after\n").flush();
    System.out.println("committed");
  }
}
