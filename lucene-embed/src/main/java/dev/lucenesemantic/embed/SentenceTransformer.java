package dev.lucenesemantic.embed;

import dev.lucenesemantic.hub.HubSettings;
import dev.lucenesemantic.hub.ModelHub;
import dev.lucenesemantic.hub.ModelKind;
import dev.lucenesemantic.inference.BatchRunner;
import dev.lucenesemantic.inference.FloatTensor;
import dev.lucenesemantic.inference.InferenceException;
import dev.lucenesemantic.inference.InvalidTextException;
import dev.lucenesemantic.inference.OnnxModel;
import dev.lucenesemantic.inference.TextTokenizer;
import dev.lucenesemantic.inference.TokenIds;
import dev.lucenesemantic.inference.Transformer;
import dev.lucenesemantic.inference.TruncationMonitor;
import dev.lucenesemantic.inference.TruncationPolicy;
import dev.lucenesemantic.model.Fingerprint;
import dev.lucenesemantic.model.ModelDirectory;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelSource;
import dev.lucenesemantic.model.ModuleConfig;
import dev.lucenesemantic.model.SentenceTransformerConfig;
import dev.lucenesemantic.model.TransformerSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A bi-encoder: a sentence-transformers model that turns a text into a vector. What {@link
 * #encode(List)} gives is what Python's {@code SentenceTransformer.encode} gives for the same
 * model.
 *
 * <p>Safe for use by several threads, which share one session. A text has the same vector alone, in
 * any list and from any thread. Memory is needed for the results, for a window of a thousand texts
 * and for one small batch per core, whatever the number and the length of the texts. The caller
 * closes the model; a call that runs meanwhile ends before, or fails with a {@link
 * dev.lucenesemantic.inference.ModelClosedException}.
 */
public final class SentenceTransformer implements TextEmbedder {
  private static final String QUERY_PROMPT = "query";
  private static final String DOCUMENT_PROMPT = "document";

  /** What Python's normalisation divides by at the least. */
  private static final float SMALLEST_NORM = 1e-12f;

  private final TransformerSource source;
  private final SentenceTransformerConfig config;
  private final TextTokenizer tokenizer;
  private final BatchRunner runner;
  private final Pooling pooling;
  private final TruncationMonitor truncation;
  private final String fingerprint;
  private final int dimension;
  private final boolean truncates;

  private SentenceTransformer(ModelSource model, Transformer transformer, TruncationPolicy policy) {
    this.source = model.transformer();
    this.config = model.config();
    this.tokenizer = transformer.tokenizer();
    this.runner = transformer.runner();
    this.pooling = new Pooling(config.pooling());
    this.truncation = new TruncationMonitor(source.description(), policy, tokenizer.maxLength());
    this.fingerprint = Fingerprint.of(model);
    int pooled = pooling.dimension(transformer.width());
    this.dimension = Math.min(pooled, config.truncateDim().orElse(pooled));
    this.truncates = dimension < pooled;
  }

  // ---- loading ----------------------------------------------------------------------------------

  /**
   * Loads a sentence-transformers folder with the default options.
   *
   * @param folder a folder with {@code modules.json}, or a plain transformer's
   * @return the model, to be closed by the caller
   * @throws ModelException if it cannot be loaded as it is
   */
  public static SentenceTransformer load(Path folder) {
    return load(folder, EncoderOptions.defaults());
  }

  /**
   * Loads a sentence-transformers folder.
   *
   * @param folder a folder with {@code modules.json}, or a plain transformer's
   * @param options how to load and run it
   * @return the model, to be closed by the caller
   * @throws ModelException if it cannot be loaded as it is
   */
  public static SentenceTransformer load(Path folder, EncoderOptions options) {
    Objects.requireNonNull(folder, "folder");
    return load(ModelDirectory.open(folder), options);
  }

  /**
   * Loads a model by its id on the Hugging Face hub, or by its folder given as text, with the
   * default options and the hub's settings of the environment.
   *
   * @param idOrFolder a folder if there is one, which opens no connection; otherwise an id such as
   *     {@code sentence-transformers/multi-qa-MiniLM-L6-cos-v1}, {@code multi-qa-MiniLM-L6-cos-v1}
   *     or {@code multi-qa-MiniLM-L6-cos-v1@main}
   * @return the model, to be closed by the caller
   * @throws ModelException if it can be neither found nor fetched, or not be loaded as it is
   */
  public static SentenceTransformer load(String idOrFolder) {
    return load(idOrFolder, EncoderOptions.defaults());
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
  public static SentenceTransformer load(String idOrFolder, EncoderOptions options) {
    Objects.requireNonNull(idOrFolder, "idOrFolder");
    return load(
        ModelHub.locate(idOrFolder, ModelKind.SENTENCE_TRANSFORMER, options.modelFile()), options);
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
  public static SentenceTransformer load(
      String idOrFolder, EncoderOptions options, HubSettings hub) {
    Objects.requireNonNull(idOrFolder, "idOrFolder");
    return load(
        ModelHub.locate(idOrFolder, ModelKind.SENTENCE_TRANSFORMER, options.modelFile(), hub),
        options);
  }

  private static SentenceTransformer load(ModelDirectory directory, EncoderOptions options) {
    return load(directory.read(options.modelFile(), options.maxSequenceLength()), options);
  }

  /**
   * Loads a model from a jar on the class path with the default options.
   *
   * @param model the model
   * @return the model, to be closed by the caller
   * @throws ModelException if the jar is not on the class path; the message names the dependency
   */
  public static SentenceTransformer load(BundledModel model) {
    return load(model, EncoderOptions.defaults());
  }

  /**
   * Loads a model from a jar on the class path.
   *
   * @param model the model
   * @param options how to load and run it
   * @return the model, to be closed by the caller
   * @throws ModelException if the jar is not on the class path; the message names the dependency
   */
  public static SentenceTransformer load(BundledModel model, EncoderOptions options) {
    Objects.requireNonNull(model, "model");
    return load(model.source(options), options);
  }

  private static SentenceTransformer load(ModelSource model, EncoderOptions options) {
    Transformer transformer =
        Transformer.load(
            model.transformer(),
            source -> OnnxModel.loadTokenEncoder(source.weights()),
            options.threads(),
            options.tokenBudget());
    try {
      checkWidth(model, transformer.width());
      return new SentenceTransformer(model, transformer, options.truncation());
    } catch (RuntimeException | Error e) {
      transformer.close();
      throw e;
    }
  }

  private static void checkWidth(ModelSource model, int width) {
    int expected = model.config().pooling().embeddingDimension();
    if (expected != 0 && expected != width) {
      throw new ModelException(
          model.transformer().weights().location(),
          "gives token vectors of "
              + width
              + " components, and the pooling's configuration says "
              + expected
              + ": one of the two files belongs to another model");
    }
  }

  // ---- encoding as Python does ------------------------------------------------------------------

  /**
   * Encodes a text, with the model's default prompt if it has one. Python: {@code encode(text)}.
   *
   * @param text the text; not null, may be empty
   * @return a new array of {@link #dimension()} components; of unit length only if the model
   *     normalises
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public float[] encode(String text) {
    return encode(Collections.singletonList(text)).get(0);
  }

  /**
   * Encodes texts, with the model's default prompt if it has one. Python: {@code encode(texts)}.
   *
   * @param texts the texts; neither the list nor a text is null
   * @return a new list of new arrays of {@link #dimension()} components, in the order of the texts
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public List<float[]> encode(List<String> texts) {
    return run(texts, config.defaultPromptName().map(config.prompts()::get).orElse(""));
  }

  /**
   * Encodes a text with a prompt. Python: {@code encode(text, prompt_name=...)}.
   *
   * @param text the text; not null, may be empty
   * @param promptName one of the names of {@link #prompts()}
   * @return a new array of {@link #dimension()} components
   * @throws IllegalArgumentException if the model has no prompt of that name
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public float[] encode(String text, String promptName) {
    return encode(Collections.singletonList(text), promptName).get(0);
  }

  /**
   * Encodes texts with a prompt. Python: {@code encode(texts, prompt_name=...)}.
   *
   * @param texts the texts; neither the list nor a text is null
   * @param promptName one of the names of {@link #prompts()}
   * @return a new list of new arrays of {@link #dimension()} components, in the order of the texts
   * @throws IllegalArgumentException if the model has no prompt of that name
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public List<float[]> encode(List<String> texts, String promptName) {
    String prompt = config.prompts().get(promptName);
    if (prompt == null) {
      throw new IllegalArgumentException(
          "model "
              + source.name()
              + " has no prompt '"
              + promptName
              + "'; it has "
              + config.prompts().keySet());
    }
    return run(texts, prompt);
  }

  // ---- encoding for an index --------------------------------------------------------------------

  /**
   * {@inheritDoc}
   *
   * <p>Python: {@code encode_query(text)}, whose prompt is the one named {@code query}.
   *
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  @Override
  public float[] embedQuery(String text) {
    return encode(text, QUERY_PROMPT);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Python: {@code encode_document(texts)}, whose prompt is the one named {@code document}.
   *
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    return encode(texts, DOCUMENT_PROMPT);
  }

  // ---- the road of the texts --------------------------------------------------------------------

  private List<float[]> run(List<String> texts, String prompt) {
    if (texts == null) {
      throw new InvalidTextException(
          source.description(), "the list of texts is null; give an empty list for no texts");
    }
    runner.ensureOpen();
    int promptLength = promptLength(prompt);
    return runner.map(
        texts,
        (text, position) -> requireText(text, position, texts.size()),
        text -> truncation.check(tokenizer.tokenize(prompt, text), text),
        (text, tokens, output, row) -> {
          float[] vector = finish(output, row, tokens.length(), promptLength);
          truncation.count(tokens);
          return vector;
        });
  }

  private String requireText(String text, int position, int size) {
    if (text == null) {
      throw new InvalidTextException(
          source.description(),
          "text "
              + position
              + " of "
              + size
              + " is null; leave it out, or give an empty text for one without words");
    }
    return text;
  }

  /**
   * The tokens of the prompt, counted as Python does: tokenised alone, without the special token
   * that ends it.
   */
  private int promptLength(String prompt) {
    if (prompt.isEmpty() || config.pooling().includePrompt()) {
      return 0;
    }
    TokenIds tokens = runner.whileOpen(() -> tokenizer.tokenize(prompt, ""));
    int length = tokens.length();
    return length > 0 && tokenizer.isSpecial(tokens.ids()[length - 1]) ? length - 1 : length;
  }

  private float[] finish(FloatTensor output, int row, int length, int promptLength) {
    float[] vector = pooling.pool(output, row, length, promptLength);
    for (ModuleConfig module : config.modules()) {
      if (module instanceof ModuleConfig.Normalize) {
        normalize(vector);
      }
    }
    // As Python, which cuts the finished vector and leaves its length as it then is.
    return truncates ? Arrays.copyOf(vector, dimension) : vector;
  }

  private static void normalize(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    float norm = Math.max((float) Math.sqrt(sum), SMALLEST_NORM);
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= norm;
    }
  }

  // ---- what the model is ------------------------------------------------------------------------

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String modelName() {
    return source.name();
  }

  /**
   * The length limit of a text.
   *
   * @return tokens, special tokens and prompt included
   */
  public int maxSequenceLength() {
    return tokenizer.maxLength();
  }

  /**
   * The prompts by name. As in Python there is always one for {@code query} and one for {@code
   * document}; an empty text means none.
   *
   * @return an unmodifiable map
   */
  public Map<String, String> prompts() {
    return config.prompts();
  }

  @Override
  public boolean normalized() {
    return config.normalizes() && !truncates;
  }

  /**
   * The function that the model was trained for.
   *
   * @return the model's choice, {@link Similarity#COSINE} where it names none
   */
  @Override
  public Similarity similarity() {
    return Similarity.ofName(config.similarityName());
  }

  /**
   * The tokens of a text as the model reads it, without a prompt.
   *
   * @param text the text; not null, may be empty
   * @return its tokens, special tokens included, cut to {@link #maxSequenceLength()}
   * @throws InferenceException if the model is closed
   */
  public TokenIds tokenize(String text) {
    String checked = requireText(text, 0, 1);
    return runner.whileOpen(() -> tokenizer.tokenize("", checked));
  }

  /**
   * How many texts were encoded so far.
   *
   * @return the number since the model was loaded
   */
  public long encodedTexts() {
    return truncation.read();
  }

  /**
   * How many texts were longer than {@link #maxSequenceLength()}: encoded without their end, or
   * refused where that was chosen.
   *
   * @return the number since the model was loaded
   */
  public long truncatedTexts() {
    return truncation.truncated();
  }

  @Override
  public void close() {
    runner.close();
  }

  @Override
  public String toString() {
    return "SentenceTransformer(" + source.name() + ", " + fingerprint + ")";
  }
}
