package dev.lucenesemantic.rerank;

import dev.lucenesemantic.hub.HubSettings;
import dev.lucenesemantic.hub.ModelHub;
import dev.lucenesemantic.hub.ModelKind;
import dev.lucenesemantic.inference.BatchRunner;
import dev.lucenesemantic.inference.FloatTensor;
import dev.lucenesemantic.inference.InferenceException;
import dev.lucenesemantic.inference.InvalidTextException;
import dev.lucenesemantic.inference.OnnxModel;
import dev.lucenesemantic.inference.PairTokenizer;
import dev.lucenesemantic.inference.PairTruncation;
import dev.lucenesemantic.inference.TextPiece;
import dev.lucenesemantic.inference.TokenIds;
import dev.lucenesemantic.inference.Transformer;
import dev.lucenesemantic.inference.TruncationMonitor;
import dev.lucenesemantic.inference.TruncationPolicy;
import dev.lucenesemantic.model.CrossEncoderConfig;
import dev.lucenesemantic.model.CrossEncoderSource;
import dev.lucenesemantic.model.ModelDirectory;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.PendingFingerprint;
import dev.lucenesemantic.model.TransformerSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A cross-encoder: a model that reads a query together with a document and says how well they fit.
 * What {@link #predict(List)}, {@link #predictLabels(List)} and {@link #rank(String, List)} give is
 * what {@code predict} and {@code rank} of Python's {@code CrossEncoder} give for the same model.
 *
 * <p>Safe for use by several threads, which share one session. A pair has the same score alone, in
 * any list and from any thread. Memory is needed for the results, for a window of a thousand pairs
 * and for one small batch per core, whatever the number and the length of the texts. The caller
 * closes the model; a call that runs meanwhile ends before, or fails with a {@link
 * dev.lucenesemantic.inference.ModelClosedException}.
 */
public final class CrossEncoder implements PairScorer {
  private final TransformerSource source;
  private final CrossEncoderConfig config;
  private final PairTokenizer tokenizer;
  private final BatchRunner runner;
  private final TruncationMonitor truncation;
  private final PendingFingerprint fingerprint;

  private CrossEncoder(
      CrossEncoderSource model,
      Transformer transformer,
      TruncationPolicy policy,
      PendingFingerprint fingerprint) {
    this.source = model.transformer();
    this.config = model.config();
    this.tokenizer = PairTokenizer.of(transformer.tokenizer());
    this.runner = transformer.runner();
    this.truncation = new TruncationMonitor(source.description(), policy, tokenizer.maxLength());
    this.fingerprint = fingerprint;
  }

  // ---- loading ----------------------------------------------------------------------------------

  /**
   * Loads a cross-encoder's folder with the default options.
   *
   * @param folder a folder with {@code config.json}, {@code tokenizer.json} and an ONNX file, as
   *     sentence-transformers 2 to 6 save it
   * @return the model, to be closed by the caller
   * @throws ModelException if it cannot be loaded as it is
   */
  public static CrossEncoder load(Path folder) {
    return load(folder, CrossEncoderOptions.defaults());
  }

  /**
   * Loads a cross-encoder's folder.
   *
   * @param folder a folder with {@code config.json}, {@code tokenizer.json} and an ONNX file, as
   *     sentence-transformers 2 to 6 save it
   * @param options how to load and run it
   * @return the model, to be closed by the caller
   * @throws ModelException if it cannot be loaded as it is
   */
  public static CrossEncoder load(Path folder, CrossEncoderOptions options) {
    Objects.requireNonNull(folder, "folder");
    return load(ModelDirectory.open(folder), options);
  }

  /**
   * Loads a model by its id on the Hugging Face hub, or by its folder given as text, with the
   * default options and the hub's settings of the environment.
   *
   * @param idOrFolder a folder if there is one, which opens no connection; otherwise an id such as
   *     {@code cross-encoder/ms-marco-MiniLM-L6-v2}, {@code ms-marco-MiniLM-L6-v2} or {@code
   *     ms-marco-MiniLM-L6-v2@main}
   * @return the model, to be closed by the caller
   * @throws ModelException if it can be neither found nor fetched, or not be loaded as it is
   */
  public static CrossEncoder load(String idOrFolder) {
    return load(idOrFolder, CrossEncoderOptions.defaults());
  }

  /**
   * Loads a model by its id on the Hugging Face hub, or by its folder given as text, with the hub's
   * settings of the environment.
   *
   * @param idOrFolder a folder if there is one, which opens no connection; otherwise an id
   * @param options how to load and run it
   * @return the model, to be closed by the caller
   * @throws ModelException if it can be neither found nor fetched, or not be loaded as it is
   */
  public static CrossEncoder load(String idOrFolder, CrossEncoderOptions options) {
    Objects.requireNonNull(idOrFolder, "idOrFolder");
    return load(ModelHub.locate(idOrFolder, ModelKind.CROSS_ENCODER, options.modelFile()), options);
  }

  /**
   * Loads a model by its id on the Hugging Face hub, or by its folder given as text. Only the files
   * that are needed are fetched, into the cache that Python uses as well.
   *
   * @param idOrFolder a folder if there is one, which opens no connection; otherwise an id
   * @param options how to load and run it
   * @param hub where models are kept, how they are fetched, and who is told of the progress
   * @return the model, to be closed by the caller
   * @throws ModelException if it can be neither found nor fetched, or not be loaded as it is
   */
  public static CrossEncoder load(String idOrFolder, CrossEncoderOptions options, HubSettings hub) {
    Objects.requireNonNull(idOrFolder, "idOrFolder");
    return load(
        ModelHub.locate(idOrFolder, ModelKind.CROSS_ENCODER, options.modelFile(), hub), options);
  }

  private static CrossEncoder load(ModelDirectory directory, CrossEncoderOptions options) {
    return load(
        directory.readCrossEncoder(options.modelFile(), options.maxLength(), options.activation()),
        options);
  }

  /**
   * Loads a model from a jar on the class path with the default options.
   *
   * @param model the model
   * @return the model, to be closed by the caller
   * @throws ModelException if the jar is not on the class path; the message names the dependency
   */
  public static CrossEncoder load(BundledReranker model) {
    return load(model, CrossEncoderOptions.defaults());
  }

  /**
   * Loads a model from a jar on the class path.
   *
   * @param model the model
   * @param options how to load and run it
   * @return the model, to be closed by the caller
   * @throws ModelException if the jar is not on the class path; the message names the dependency
   */
  public static CrossEncoder load(BundledReranker model, CrossEncoderOptions options) {
    Objects.requireNonNull(model, "model");
    return load(model.source(options), options);
  }

  private static CrossEncoder load(CrossEncoderSource model, CrossEncoderOptions options) {
    PendingFingerprint fingerprint = PendingFingerprint.of(model);
    try {
      Transformer transformer =
          Transformer.load(
              model.transformer(),
              source -> OnnxModel.loadSequenceClassifier(source, options.encoder().device()),
              options.threads(),
              options.tokenBudget());
      try {
        checkLabels(model, transformer.width());
        fingerprint.checkUnchanged();
        return new CrossEncoder(model, transformer, options.truncation(), fingerprint);
      } catch (RuntimeException | Error e) {
        transformer.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      fingerprint.close();
      throw e;
    }
  }

  private static void checkLabels(CrossEncoderSource model, int scores) {
    List<String> labels = model.config().labelNames();
    if (labels.size() != scores) {
      throw new ModelException(
          model.transformer().weights().location(),
          "gives "
              + scores
              + " scores for a pair, and the model's config.json says that there are "
              + labels.size()
              + " labels (id2label, or num_labels; one where its architecture is not"
              + " ...ForSequenceClassification): one of the two files belongs to another model");
    }
  }

  // ---- scoring as Python does -------------------------------------------------------------------

  /**
   * {@inheritDoc}
   *
   * <p>Python: {@code predict(pairs)}, with the model's default prompt if it has one. Of a pair
   * that is too long the longer text is cut; if both are long, each gets half of the room.
   *
   * @throws IllegalStateException if the model has several labels; {@link #predictLabels} gives
   *     their scores
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  @Override
  public float[] predict(List<TextPair> pairs) {
    requireOneLabel("predict", "predictLabels gives a score for each");
    return single(run(pairs, config.defaultPrompt()));
  }

  /**
   * Scores pairs with a prompt in front of each query. Python: {@code predict(pairs,
   * prompt_name=...)}.
   *
   * @param pairs the pairs; neither the list nor a pair is null
   * @param promptName one of the names of {@link #prompts()}
   * @return a new array with one score per pair, in the order of {@code pairs}
   * @throws IllegalArgumentException if the model has no prompt of that name
   * @throws IllegalStateException if the model has several labels
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public float[] predict(List<TextPair> pairs, String promptName) {
    requireOneLabel("predict", "predictLabels gives a score for each");
    return single(run(pairs, prompt(promptName)));
  }

  /**
   * Scores pairs for every label. Python: {@code predict(pairs)} of a model with several labels.
   *
   * @param pairs the pairs; neither the list nor a pair is null
   * @return a new array with one row per pair, in the order of {@code pairs}; each row has {@link
   *     #labels()} scores, in the order of {@link #labelNames()}
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public float[][] predictLabels(List<TextPair> pairs) {
    return run(pairs, config.defaultPrompt()).toArray(float[][]::new);
  }

  /**
   * Puts documents in the order of their scores for a query. Python: {@code rank(query,
   * documents)}.
   *
   * @param query the query; not null, may be empty
   * @param documents the documents' texts; neither the list nor a text is null
   * @return a new list of all documents, the best one first; documents of one score stay in their
   *     order
   * @throws IllegalStateException if the model has several labels
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public List<RankedDocument> rank(String query, List<String> documents) {
    return rank(query, documents, Integer.MAX_VALUE);
  }

  /**
   * Finds the documents with the best scores for a query. Python: {@code rank(query, documents,
   * top_k=...)}.
   *
   * @param query the query; not null, may be empty
   * @param documents the documents' texts; neither the list nor a text is null
   * @param topK how many documents to return at the most; not negative
   * @return a new list, the best document first; documents of one score stay in their order
   * @throws IllegalStateException if the model has several labels
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public List<RankedDocument> rank(String query, List<String> documents, int topK) {
    if (topK < 0) {
      throw new IllegalArgumentException("topK must not be negative and is " + topK);
    }
    requireOneLabel("rank", "predictLabels gives a score for each");
    float[] scores = single(run(query, documents, PairTruncation.LONGEST_FIRST));
    List<RankedDocument> ranked = new ArrayList<>(scores.length);
    for (String document : documents) {
      ranked.add(new RankedDocument(ranked.size(), scores[ranked.size()], document));
    }
    ranked.sort(Comparator.comparing(document -> -key(document.score())));
    return topK < ranked.size() ? new ArrayList<>(ranked.subList(0, topK)) : ranked;
  }

  /** What is no number comes last, and both zeros are one. */
  private static float key(float score) {
    return Float.isNaN(score) ? Float.NEGATIVE_INFINITY : score + 0f;
  }

  // ---- scoring for a search ---------------------------------------------------------------------

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the query leaves no room for a document
   * @throws IllegalStateException if the model has several labels
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  @Override
  public float[] score(String query, List<String> documents) {
    requireOneLabel("score", "predictLabels gives a score for each");
    return single(run(query, documents, PairTruncation.ONLY_SECOND));
  }

  /**
   * A splitter that divides documents into passages which this model can read to their end, beside
   * the query. The passages are made of the model's own tokens: each has as many whole words as
   * there is room for, so that {@link #score} cuts none of them.
   *
   * @param overlapTokens how many tokens two passages that follow each other share at the most; not
   *     negative, and in effect no more than half of the room
   * @param maxPassages how many passages to make at the most, the first ones of a document; at
   *     least 1
   * @return the splitter, for as long as the model is open
   */
  public DocumentSplitter splitter(int overlapTokens, int maxPassages) {
    // The documents of a search have one query.
    QueryPieces queries = new QueryPieces(tokenizer, config.defaultPrompt());
    return new TokenSplitter(
        query -> room(query, queries), tokenizer, runner, overlapTokens, maxPassages);
  }

  // ---- the road of the pairs --------------------------------------------------------------------

  private List<float[]> run(List<TextPair> pairs, String prompt) {
    if (pairs == null) {
      throw new InvalidTextException(
          source.description(), "the list of pairs is null; give an empty list for no pairs");
    }
    QueryPieces queries = new QueryPieces(tokenizer, prompt);
    return runner.map(
        pairs,
        (pair, position) -> require(pair, "pair", position, pairs.size()),
        pair ->
            truncation.check(
                tokenizer.join(
                    queries.piece(pair.query()),
                    tokenizer.piece("", pair.document()),
                    PairTruncation.LONGEST_FIRST),
                pair.document()),
        (pair, tokens, output, row) -> finish(tokens, output, row));
  }

  private List<float[]> run(String query, List<String> documents, PairTruncation cut) {
    if (documents == null) {
      throw new InvalidTextException(
          source.description(),
          "the list of documents is null; give an empty list for no documents");
    }
    requireQuery(query);
    TextPiece first = runner.whileOpen(() -> tokenizer.piece(config.defaultPrompt(), query));
    if (cut == PairTruncation.ONLY_SECOND && !documents.isEmpty()) {
      requireRoom(first);
    }
    return runner.map(
        documents,
        (document, position) -> require(document, "document", position, documents.size()),
        document ->
            truncation.check(tokenizer.join(first, tokenizer.piece("", document), cut), document),
        (document, tokens, output, row) -> finish(tokens, output, row));
  }

  private float[] finish(TokenIds tokens, FloatTensor output, int row) {
    int labels = labels();
    float[] scores = Arrays.copyOfRange(output.data(), row * labels, (row + 1) * labels);
    config.activation().apply(scores);
    truncation.count(tokens);
    return scores;
  }

  private static float[] single(List<float[]> scores) {
    float[] single = new float[scores.size()];
    for (int i = 0; i < single.length; i++) {
      single[i] = scores.get(i)[0];
    }
    return single;
  }

  /** How many tokens of a document there is room for beside a query. */
  private int room(String query, QueryPieces queries) {
    requireQuery(query);
    return requireRoom(queries.piece(query));
  }

  private int requireRoom(TextPiece query) {
    int room = tokenizer.room(query);
    if (room < 1) {
      throw new IllegalArgumentException(
          "model "
              + source.description()
              + " reads "
              + tokenizer.maxLength()
              + " tokens, of which "
              + (tokenizer.maxLength() - tokenizer.room())
              + " are special tokens and "
              + (query.complete() ? "" : "more than ")
              + query.ids().length
              + " the query's: that leaves no room for a document; shorten the query");
    }
    return room;
  }

  private void requireOneLabel(String method, String instead) {
    if (labels() != 1) {
      throw new IllegalStateException(
          method
              + " is for models with one label, and "
              + source.description()
              + " has "
              + labels()
              + " ("
              + String.join(", ", labelNames())
              + "); "
              + instead);
    }
  }

  private void requireQuery(String query) {
    if (query == null) {
      throw new InvalidTextException(
          source.description(), "the query is null; give an empty text for one without words");
    }
  }

  private void require(Object value, String what, int position, int size) {
    if (value == null) {
      throw new InvalidTextException(
          source.description(),
          what
              + " "
              + position
              + " of "
              + size
              + " is null; leave it out, or give an empty text for one without words");
    }
  }

  private String prompt(String name) {
    String prompt = config.prompts().get(name);
    if (prompt == null) {
      throw new IllegalArgumentException(
          "model "
              + source.name()
              + " has no prompt '"
              + name
              + "'; it has "
              + config.prompts().keySet());
    }
    return prompt;
  }

  // ---- what the model is ------------------------------------------------------------------------

  /**
   * How many scores the model gives a pair.
   *
   * @return at least 1
   */
  public int labels() {
    return config.labelNames().size();
  }

  /**
   * What the scores of a pair are for.
   *
   * @return an unmodifiable list with {@link #labels()} names
   */
  public List<String> labelNames() {
    return config.labelNames();
  }

  /**
   * The length limit of a pair.
   *
   * @return tokens, special tokens and prompt included
   */
  public int maxLength() {
    return tokenizer.maxLength();
  }

  /**
   * The prompts by name; an empty text means none.
   *
   * @return an unmodifiable map; empty for most models
   */
  public Map<String, String> prompts() {
    return config.prompts();
  }

  /**
   * A name for error messages and for people; it identifies nothing.
   *
   * @return the name of the model
   */
  public String modelName() {
    return source.name();
  }

  /**
   * What was found in the model's folder or jar and is done with a pair: the files, the labels, the
   * prompts.
   *
   * @return the model as it was read
   */
  public CrossEncoderSource source() {
    return new CrossEncoderSource(source, config);
  }

  /**
   * Identifies everything that a score depends on: weights, tokenizer, length limit, activation and
   * prompts.
   *
   * @return 32 hexadecimal digits
   */
  public String fingerprint() {
    return fingerprint.get();
  }

  /**
   * The tokens of a pair as {@link #predict(List)} reads it.
   *
   * @param pair the pair; not null
   * @return its tokens, special tokens and default prompt included, cut to {@link #maxLength()}
   * @throws InferenceException if the model is closed
   */
  public TokenIds tokenize(TextPair pair) {
    require(pair, "pair", 0, 1);
    return runner.whileOpen(
        () ->
            tokenizer.join(
                tokenizer.piece(config.defaultPrompt(), pair.query()),
                tokenizer.piece("", pair.document()),
                PairTruncation.LONGEST_FIRST));
  }

  /**
   * How many pairs were scored so far.
   *
   * @return the number since the model was loaded
   */
  public long scoredPairs() {
    return truncation.read();
  }

  /**
   * How many pairs were longer than {@link #maxLength()}: scored without the end of a text, or
   * refused where that was chosen.
   *
   * @return the number since the model was loaded
   */
  public long truncatedPairs() {
    return truncation.truncated();
  }

  /**
   * {@inheritDoc}
   *
   * <p>That is the model's score alone, unless the model's {@code config.json} has a {@code
   * lucene_semantic.first_stage_weight} above 0, as that of {@link BundledReranker#DEFAULT} has.
   */
  @Override
  public ScoreFusion fusion() {
    return config.firstStageWeight() == 0
        ? ScoreFusion.crossEncoder()
        : ScoreFusion.weightedSum(config.firstStageWeight());
  }

  @Override
  public void close() {
    fingerprint.close();
    runner.close();
  }

  @Override
  public String toString() {
    return "CrossEncoder(" + source.name() + ", " + fingerprint + ")";
  }
}
