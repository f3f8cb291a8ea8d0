package dev.lucenesemantic.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import dev.lucenesemantic.codec.SemanticCodec;
import dev.lucenesemantic.codec.VectorStorage;
import dev.lucenesemantic.document.FailurePolicy;
import dev.lucenesemantic.document.SemanticField;
import dev.lucenesemantic.document.SemanticFieldType;
import dev.lucenesemantic.document.SemanticIndexOptions;
import dev.lucenesemantic.document.SemanticIndexWriter;
import dev.lucenesemantic.embed.SentenceTransformer;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.lucene90.Lucene90StoredFieldsFormat;
import org.apache.lucene.codecs.lucene90.Lucene90StoredFieldsFormat.Mode;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KeepOnlyLastCommitDeletionPolicy;
import org.apache.lucene.index.NoDeletionPolicy;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.PersistentSnapshotDeletionPolicy;
import org.apache.lucene.index.SoftDeletesRetentionMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking after an index that another program has written. */
class IndexCommandsTest {
  private static final String FIELD = "body_vector";

  @TempDir Path temp;
  private Path oldModel;
  private Path newModel;
  private Path index;

  @BeforeEach
  void anIndex() throws IOException {
    oldModel = TinyModels.encoder("prompts-default", temp.resolve("old"));
    newModel = TinyModels.encoder("pooling-max", temp.resolve("new"));
    index = temp.resolve("index");
    write(new IndexWriterConfig(), false);
  }

  private void write(IndexWriterConfig config, boolean brokenModel) throws IOException {
    SentenceTransformer model = SentenceTransformer.load(oldModel);
    try (Directory directory = FSDirectory.open(index);
        SemanticIndexWriter writer =
            new SemanticIndexWriter(
                new IndexWriter(directory, config.setOpenMode(IndexWriterConfig.OpenMode.CREATE)),
                SemanticIndexOptions.defaults()
                    .withFailurePolicy(FailurePolicy.ADD_WITHOUT_VECTOR))) {
      SemanticFieldType type = new SemanticFieldType(model);
      if (brokenModel) {
        model.close();
      }
      for (int i = 0; i < 20; i++) {
        Document document = new Document();
        document.add(new StoredField("body", "the text of document " + i));
        document.add(new StringField("id", "d" + i, Field.Store.YES));
        document.add(new NumericDocValuesField("number", i));
        document.add(new SemanticField(FIELD, "the text of document " + i, type));
        writer.addDocument(document);
      }
    } finally {
      model.close();
    }
  }

  private Shell.Result run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "index";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Shell.offline(temp.resolve("hub")).run(all);
  }

  private Shell.Result run(List<String> arguments) {
    return run(arguments.toArray(String[]::new));
  }

  private Shell.Result migrate(String textField, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("migrate", index.toString(), newModel.toString()));
    arguments.addAll(List.of("--field", FIELD, "--text-field", textField));
    arguments.addAll(List.of(more));
    return run(arguments);
  }

  private int hits(Path folder) throws IOException {
    try (SentenceTransformer model = SentenceTransformer.load(folder);
        Directory directory = FSDirectory.open(index);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      return new IndexSearcher(reader).count(new SemanticQuery(FIELD, "text", 100, model));
    }
  }

  @Test
  void anIndexIsShown() {
    run("inspect", index.toString())
        .fine()
        .shows("20 documents in", "field         body_vector", "model         old, fingerprint")
        .shows("dimensions    32", "documents     20");
    JsonObject json = run("inspect", index.toString(), "--json").fine().json();
    JsonObject field = json.getAsJsonArray("fields").get(0).getAsJsonObject();
    assertEquals(20, field.get("documents").getAsInt());
    assertEquals(0, field.get("pending").getAsInt());
  }

  @Test
  void itsVectorsAreCheckedAgainstTheModel() {
    run("check", index.toString(), oldModel.toString(), "--field", FIELD, "--text-field", "body")
        .fine()
        .shows("20 of 20 vectors checked, 0 differ");
    run("check", index.toString(), newModel.toString(), "--field", FIELD, "--text-field", "body")
        .fails(1, "with model new", "holds vectors of model old");
    run("check", index.toString(), oldModel.toString(), "--field", FIELD)
        .fails(2, "--text-field is needed");
  }

  @Test
  void itGoesToAnotherModel() throws IOException {
    migrate("body")
        .fine()
        .shows("20 documents got a vector, 0 still without")
        .shows("next: let the programs", "--finish");
    assertEquals(20, hits(oldModel));
    assertEquals(20, hits(newModel));
    run("inspect", index.toString())
        .fine()
        .shows("lucene field  body_vector@", "made by a migration");
    migrate("body", "--finish")
        .fine()
        .shows("0 documents got a vector", "finished: the old vectors were removed");
    migrate("body").fine().shows("there are no old vectors");
    assertEquals(20, hits(newModel));
    run("check", index.toString(), newModel.toString(), "--field", FIELD, "--text-field", "body")
        .fine();
  }

  private boolean isFinished(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--json"));
    arguments.addAll(List.of(more));
    Shell.Result result = migrate("body", arguments.toArray(String[]::new)).fine();
    return result.json().get("finished").getAsBoolean();
  }

  @Test
  void jsonSaysWhetherThereAreVectorsOfTheNewModelAlone() {
    assertFalse(isFinished());
    assertTrue(isFinished("--finish"));
    assertTrue(isFinished(), "also if another run has removed the old ones");
  }

  @Test
  void aFieldWithoutVectorsIsToldFromOneThatHasGoneOver() throws IOException {
    write(new IndexWriterConfig(), true);
    for (String[] more : new String[][] {{}, {"--finish"}}) {
      migrate("body", more)
          .fine()
          .shows("the field has no vectors yet, and 20 documents wait", "index backfill with");
      assertFalse(isFinished(more));
    }
    run("backfill", index.toString(), newModel.toString(), "--field", FIELD).fine();
    assertTrue(isFinished());
  }

  private Shell.Result compare(String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("compare", index.toString(), oldModel.toString()));
    arguments.addAll(List.of(newModel.toString(), "--field", FIELD));
    arguments.addAll(List.of(more));
    return run(arguments);
  }

  @Test
  void theAnswersOfTwoModelsAreCompared() throws IOException {
    compare("a text").fails(4, "with model new", "holds vectors of model old");
    migrate("body").fine();
    compare("a text", "of document 7").fine().shows("2 queries: overlap at 10 ");
    Path queries = temp.resolve("queries.jsonl");
    Files.writeString(
        queries,
        """
        {"_id": "q1", "text": "the text of document 7"}
        {"_id": "not judged", "text": "document"}
        """);
    JsonObject alone = compare("--file", queries.toString(), "--json").fine().json();
    assertEquals(2, alone.get("queries").getAsInt());
    assertTrue(alone.get("new_ndcg_at_10").isJsonNull());

    Path beir = temp.resolve("test.tsv");
    Files.writeString(beir, "query-id\tcorpus-id\tscore\nq1\td7\t1\nq1\td3\t0\n");
    JsonObject judged =
        compare("--file", queries.toString(), "--judgements", beir.toString(), "--json")
            .fine()
            .json();
    assertEquals(1, judged.get("queries").getAsInt());
    assertEquals(1, judged.get("old_ndcg_at_10").getAsDouble(), 0);
    assertEquals(1, judged.get("new_ndcg_at_10").getAsDouble(), 0);

    Path trec = temp.resolve("qrels.txt");
    Files.writeString(trec, "1 0 d7 1\n1 0 elsewhere 1\n");
    // The first of two right answers at the first place, the other nowhere.
    compare("1\tthe text of document 7", "--judgements", trec.toString())
        .fine()
        .shows("1 query: overlap at 10 ", "nDCG@10 0.6131 -> 0.6131");
    assertEquals(20, hits(oldModel));
  }

  @Test
  void judgementsOfDocumentsThatAreNotThereAreSuspected() throws IOException {
    migrate("body").fine();
    Path other = Files.writeString(temp.resolve("other.tsv"), "1\tDOC-7\t1\n");
    String query = " {\"_id\": 1, \"text\": \"the text of document 7\"}";
    String err = compare(query, "--judgements", other.toString()).fine().err();
    assertTrue(err.contains("--id-field"), err);
    Files.writeString(other, "1\td7\t1\n");
    err = compare(query, "--judgements", other.toString()).fine().err();
    assertFalse(err.contains("--id-field"), err);
  }

  @Test
  void aComparisonNeedsAQuery() throws IOException {
    migrate("body").fine();
    Path blank = Files.writeString(temp.resolve("blank.txt"), "\n  \n");
    compare("--file", blank.toString()).fails(4, "there are no queries");
    compare("").fails(4, "there are no queries");
    // Standard input has nothing at all.
    compare().fails(4, "there is no text in standard input");
  }

  @Test
  void theColumnsOfJudgementsMayHaveNames() throws IOException {
    migrate("body").fine();
    Path judgements = temp.resolve("judgements.tsv");
    for (String names :
        List.of(
            "query-id\tcorpus-id\tscore",
            "\nquery-id\tcorpus-id\tscore",
            "qid 0 docid Relevance",
            "query\tdocument\trelevance grade",
            "query_id,\tdoc_id\tgold_label")) {
      Files.writeString(judgements, names + "\n1\td7\t1\n");
      compare("1\tx", "--judgements", judgements.toString()).fine().shows("1 query: ");
    }
    for (String wrong : List.of("q1 d7 good", "q1\td7\t1.5", "q1 d7 unscore", "score")) {
      Files.writeString(judgements, wrong + "\n1\td7\t1\n");
      compare("1\tx", "--judgements", judgements.toString())
          .fails(4, "line 1", "a grade is a whole number");
    }
  }

  @Test
  void judgementsWithoutAnyAreRefused() throws IOException {
    migrate("body").fine();
    Path judgements = temp.resolve("judgements.tsv");
    for (String none : List.of("", "\n", "query-id\tcorpus-id\tscore\n")) {
      Files.writeString(judgements, none);
      String err =
          compare("1\tx", "--judgements", judgements.toString())
              .fails(4, "there are no judgements in " + judgements)
              .err();
      assertFalse(err.contains("as arguments"), err);
    }
  }

  @Test
  void judgementsThatDoNotFitAreRefused() throws IOException {
    migrate("body").fine();
    Path judgements = temp.resolve("judgements.tsv");
    compare("1\tx", "--judgements", judgements.toString()).fails(4, "there is no such file");
    Files.writeString(judgements, "1\td7\t1\n1\td8\tgood\n");
    compare("1\tx", "--judgements", judgements.toString()).fails(4, "line 2", "grade");
    Files.writeString(judgements, "1\td7\n");
    compare("1\tx", "--judgements", judgements.toString()).fails(4, "line 1", "grade");
    Files.writeString(judgements, "1\td7\t1\n");
    compare("without an id", "--judgements", judgements.toString()).fails(4, "needs its id");
    compare("2\tx", "--judgements", judgements.toString()).fails(4, "none is judged");
    compare("1\tx", "--judgements", judgements.toString(), "--id-field", "key")
        .fails(4, "no stored field 'key'", "--id-field");
    compare("--field", "boddy", "x").fails(2);
    run("compare", index.toString(), oldModel.toString(), newModel.toString(), "--field", "boddy")
        .fails(4, "no semantic field 'boddy'");
  }

  @Test
  void theFieldWithTheTextIsAskedForAsAnOption() throws IOException {
    try (Directory directory = FSDirectory.open(index);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      Document document = new Document();
      document.add(new StoredField("title", "a title"));
      document.add(new StringField("number_of_pages", "7", Field.Store.NO));
      writer.addDocument(document);
    }
    String noText =
        migrate("title")
            .fails(4, "no text to encode again", "--text-field has to name the stored field")
            .err();
    assertFalse(noText.contains("IndexedText"), noText);
    for (String command : List.of("check", "migrate")) {
      for (String field : List.of("boddy", "number_of_pages")) {
        run(command, index.toString(), oldModel.toString(), "--field", FIELD, "--text-field", field)
            .fails(
                4, "no document of the index stores a field '" + field + "'", "[body, id, title]");
      }
    }
  }

  @Test
  void aTextThatIsNotTheEncodedOneIsRefused() throws IOException {
    try (SentenceTransformer model = SentenceTransformer.load(oldModel);
        Directory directory = FSDirectory.open(index);
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()))) {
      Document document = new Document();
      document.add(new StoredField("body", "the text after a correction"));
      document.add(new SemanticField(FIELD, "the text", new SemanticFieldType(model)));
      writer.addDocument(document);
    }
    String otherText =
        migrate("body")
            .fails(
                4,
                "is not the one that was encoded",
                "--text-field has to name the stored field",
                "what was read begins: the text after")
            .err();
    assertFalse(otherText.contains("IndexedText"), otherText);
  }

  @Test
  void aFolderInWhichNothingCanBeWrittenIsNamed() throws IOException {
    // Like a folder that may only be read: a lock file cannot be made, even by root.
    Path lock = index.resolve(IndexWriter.WRITE_LOCK_NAME);
    Files.deleteIfExists(lock);
    Files.createSymbolicLink(lock, temp.resolve("none").resolve("lock"));
    run("backfill", index.toString(), oldModel.toString(), "--field", FIELD)
        .fails(4, "the folder '" + index + "' cannot be written");
  }

  @Test
  void whatWaitsIsEncoded() throws IOException {
    write(new IndexWriterConfig(), true);
    run("inspect", index.toString()).fine().shows("model         no vectors", "waiting       20");
    JsonObject json =
        run("backfill", index.toString(), oldModel.toString(), "--field", FIELD, "--json")
            .fine()
            .json();
    assertEquals(20, json.get("documents").getAsInt());
    assertEquals(20, hits(oldModel));
  }

  @Test
  void compressedVectorsAreNotWrittenUncompressedBySurprise() throws IOException {
    assumeTrue(Version.LATEST.onOrAfter(Version.fromBits(10, 4, 0)), "no such format before");
    write(new IndexWriterConfig().setCodec(new SemanticCodec(VectorStorage.INT8)), false);
    migrate("body").fails(2, "compressed", "--storage");
    migrate("body", "--storage", "INT8").fine();
    assertEquals(20, hits(newModel));
  }

  @Test
  void aFieldThatIsNotThereIsNamed() {
    for (String command : List.of("check", "migrate", "backfill")) {
      List<String> arguments =
          new ArrayList<>(
              List.of(command, index.toString(), oldModel.toString(), "--field", "body_vektor"));
      if (!command.equals("backfill")) {
        arguments.addAll(List.of("--text-field", "body"));
      }
      run(arguments).fails(4, "no semantic field 'body_vektor'", "[body_vector]");
    }
  }

  @Test
  void theOrderOfAnIndexIsKept() throws IOException {
    Sort order = new Sort(new SortField("number", SortField.Type.LONG, true));
    write(new IndexWriterConfig().setIndexSort(order).setSoftDeletesField("gone"), false);
    migrate("body", "--finish").fine();
    // Its own program opens it as before.
    try (Directory directory = FSDirectory.open(index);
        IndexWriter writer =
            new IndexWriter(
                directory,
                new IndexWriterConfig().setIndexSort(order).setSoftDeletesField("gone"))) {
      writer.forceMerge(1);
    }
    assertEquals(20, hits(newModel));
  }

  @Test
  void whatItsOwnProgramKeepsIsKept() throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setSoftDeletesField("gone")
            .setIndexDeletionPolicy(NoDeletionPolicy.INSTANCE);
    write(config, false);
    IndexWriterConfig again =
        new IndexWriterConfig()
            .setSoftDeletesField("gone")
            .setMergePolicy(
                new SoftDeletesRetentionMergePolicy(
                    "gone", () -> MatchAllDocsQuery.INSTANCE, NoMergePolicy.INSTANCE))
            .setIndexDeletionPolicy(NoDeletionPolicy.INSTANCE);
    int before;
    try (Directory directory = FSDirectory.open(index);
        IndexWriter writer = new IndexWriter(directory, again)) {
      // History, a segment full of it: no search finds it, and the program may.
      for (int i = 0; i < 20; i++) {
        writer.updateDocValues(new Term("id", "d" + i), new NumericDocValuesField("gone", 1));
      }
      writer.addDocument(List.of(new StoredField("body", "the only live document")));
      writer.commit();
      before = DirectoryReader.listCommits(directory).size();
    }
    migrate("body").fine();
    migrate("body", "--finish").fine();
    try (Directory directory = FSDirectory.open(index);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(21, reader.numDocs());
      assertTrue(DirectoryReader.listCommits(directory).size() > before);
    }
  }

  @Test
  void whatIsSoftlyDeletedIsNoPartOfAMigration() throws IOException {
    write(new IndexWriterConfig().setSoftDeletesField("gone"), false);
    try (Directory directory = FSDirectory.open(index);
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig().setSoftDeletesField("gone"))) {
      writer.updateDocValues(new Term("id", "d7"), new NumericDocValuesField("gone", 1));
    }
    migrate("body").fine().shows("19 documents got a vector, 0 still without");
    run("inspect", index.toString()).fine().shows("documents     19");
    run("check", index.toString(), newModel.toString(), "--field", FIELD, "--text-field", "body")
        .fine()
        .shows("19 of 19 vectors checked, 0 differ");
    compare("text").fine().shows("overlap at 10");
  }

  @Test
  void segmentsAreMergedByTheirOwnProgramAlone() throws IOException {
    IndexWriterConfig many =
        new IndexWriterConfig().setMaxBufferedDocs(2).setMergePolicy(NoMergePolicy.INSTANCE);
    write(many, false);
    migrate("body", "--finish").fine();
    try (Directory directory = FSDirectory.open(index);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(10, reader.leaves().size());
      for (int i = 0; i < 20; i++) {
        assertEquals("d" + i, reader.storedFields().document(i).get("id"));
      }
    }
  }

  @Test
  void aFieldWithMoreThanVectorsKeepsThoseOfBothModels() throws IOException {
    try (SentenceTransformer model = SentenceTransformer.load(oldModel);
        Directory directory = FSDirectory.open(index);
        SemanticIndexWriter writer =
            new SemanticIndexWriter(new IndexWriter(directory, new IndexWriterConfig()))) {
      writer.addDocument(
          List.of(
              new StoredField("body", "one more"),
              new StoredField(FIELD, "a text under the name of the vectors"),
              new SemanticField(FIELD, "one more", new SemanticFieldType(model))));
    }
    migrate("body", "--finish").fails(ExitCode.BAD_INPUT, "has more than vectors", "both models");
    assertEquals(21, hits(oldModel));
    assertEquals(21, hits(newModel));
  }

  @Test
  void anotherMigrationWaitsForTheEndOfTheFirst() throws IOException {
    migrate("body").fine();
    newModel = TinyModels.encoder("pooling-cls", temp.resolve("third"));
    migrate("body").fails(ExitCode.BAD_INPUT, "in the midst of another migration");
  }

  @Test
  void ofOneCommitOneIsLeft() throws IOException {
    migrate("body", "--finish").fine();
    try (Directory directory = FSDirectory.open(index)) {
      assertEquals(1, DirectoryReader.listCommits(directory).size());
    }
  }

  @Test
  void aSnapshotOfTheOnlyCommitIsKept() throws IOException {
    long kept;
    try (Directory directory = FSDirectory.open(index)) {
      PersistentSnapshotDeletionPolicy policy =
          new PersistentSnapshotDeletionPolicy(new KeepOnlyLastCommitDeletionPolicy(), directory);
      try (IndexWriter writer =
          new IndexWriter(directory, new IndexWriterConfig().setIndexDeletionPolicy(policy))) {
        kept = policy.snapshot().getGeneration();
        assertTrue(writer.isOpen());
      }
    }
    migrate("body", "--finish").fine();
    try (Directory directory = FSDirectory.open(index)) {
      assertTrue(
          DirectoryReader.listCommits(directory).stream()
              .anyMatch(commit -> commit.getGeneration() == kept));
    }
  }

  @Test
  void indexesOfAnOlderLuceneCanBeRead() {
    assertTrue(
        Codec.availableCodecs().containsAll(List.of("Lucene912", "Lucene101")),
        () -> Codec.availableCodecs().toString());
  }

  @Test
  void itsOwnProgramCanReadTheIndexAfterwards() throws IOException {
    Version older = Version.fromBits(10, 3, 2);
    Version newer = Version.fromBits(10, 9, 0);
    Codec codec = Codec.getDefault();
    LastCommit lost = new LastCommit(older, Set.of("Lucene912"), Set.of(), Mode.BEST_SPEED);
    Refusal refusal = assertThrows(Refusal.class, () -> lost.requireKnows(codec, newer));
    assertEquals(4, refusal.exitCode());
    assertTrue(refusal.getMessage().contains("-Dlucene.version=10.3.2"), refusal::getMessage);
    // There is no version of this program for every Lucene.
    LastCommit old =
        new LastCommit(Version.fromBits(9, 12, 2), Set.of("Lucene912"), Set.of(), Mode.BEST_SPEED);
    refusal = assertThrows(Refusal.class, () -> old.requireKnows(codec, newer));
    assertFalse(refusal.getMessage().contains("-Dlucene.version"), refusal::getMessage);

    // It has gone over to this Lucene, or the older one writes the same.
    new LastCommit(newer, Set.of("Lucene912"), Set.of(), Mode.BEST_SPEED)
        .requireKnows(codec, newer);
    new LastCommit(older, Set.of("Lucene912", codec.getName()), Set.of(), Mode.BEST_SPEED)
        .requireKnows(codec, newer);

    try (Directory directory = FSDirectory.open(index);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      LastCommit commit = LastCommit.of(reader);
      assertEquals(
          new LastCommit(Version.LATEST, Set.of(codec.getName()), Set.of(), Mode.BEST_SPEED),
          commit);
      commit.requireLucenesOwn();
    }
  }

  @Test
  void storedFieldsStayAsCompressedAsTheyWere() throws IOException {
    StoredFieldsFormat compressed = new Lucene90StoredFieldsFormat(Mode.BEST_COMPRESSION);
    write(
        new IndexWriterConfig()
            .setCodec(
                new FilterCodec(Codec.getDefault().getName(), Codec.getDefault()) {
                  @Override
                  public StoredFieldsFormat storedFieldsFormat() {
                    return compressed;
                  }
                }),
        false);
    migrate("body", "--finish").fine();
    try (Directory directory = FSDirectory.open(index);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(Mode.BEST_COMPRESSION, LastCommit.of(reader).stored());
    }
    assertEquals(20, hits(newModel));
  }

  @Test
  void aCodecOfAnotherProductIsNotReplaced() {
    LastCommit commit =
        new LastCommit(
            Version.LATEST, Set.of("Lucene104", "Sealed"), Set.of("Sealed"), Mode.BEST_SPEED);
    Refusal refusal = assertThrows(Refusal.class, commit::requireLucenesOwn);
    assertEquals(4, refusal.exitCode());
    assertTrue(refusal.getMessage().contains("Sealed"), refusal::getMessage);
  }

  @Test
  void aCodecOfAnotherProductIsNamed() throws IOException {
    Codec other = new FilterCodec("OfAnotherProduct", Codec.getDefault()) {};
    write(new IndexWriterConfig().setCodec(other), false);
    run("inspect", index.toString()).fails(4, "the Codec 'OfAnotherProduct'", "java -cp");
    run("backfill", index.toString(), oldModel.toString(), "--field", FIELD)
        .fails(4, "the Codec 'OfAnotherProduct'");
  }

  @Test
  void whatIsNoIndexIsNamed() throws IOException {
    run("inspect", temp.resolve("none").toString()).fails(4, "there is no folder");
    run("inspect", oldModel.toString()).fails(4, "there is no Lucene index");
    try (Directory directory = FSDirectory.open(index);
        IndexWriter other = new IndexWriter(directory, new IndexWriterConfig())) {
      run("backfill", index.toString(), oldModel.toString(), "--field", FIELD)
          .fails(4, "another program is writing");
      other.rollback();
    }
    run().fails(2);
  }
}
