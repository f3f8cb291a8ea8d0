package dev.lucenesemantic.embed;

import dev.lucenesemantic.hub.HubSettings;
import dev.lucenesemantic.hub.ModelHub;
import dev.lucenesemantic.hub.ModelKind;
import dev.lucenesemantic.image.ImageSource;
import dev.lucenesemantic.inference.BatchRunner;
import dev.lucenesemantic.inference.InferenceException;
import dev.lucenesemantic.inference.InvalidTextException;
import dev.lucenesemantic.inference.TextTokenizer;
import dev.lucenesemantic.inference.TokenIds;
import dev.lucenesemantic.inference.Transformer;
import dev.lucenesemantic.inference.TruncationMonitor;
import dev.lucenesemantic.model.ClipSource;
import dev.lucenesemantic.model.ModelDirectory;
import dev.lucenesemantic.model.ModelException;
import dev.lucenesemantic.model.ModelSource;
import dev.lucenesemantic.model.PendingFingerprint;
import dev.lucenesemantic.model.Road;
import dev.lucenesemantic.model.SentenceTransformerConfig;
import dev.lucenesemantic.model.TransformerSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bi-encoder: a sentence-transformers model that turns a text into a vector, and if it is a CLIP
 * also an image. What {@link #encode(List)} and {@link #embedImages} give is what Python's {@code
 * SentenceTransformer.encode} gives for the same model.
 *
 * <p>Safe for use by several threads, which share one session. A text has the same vector alone, in
 * any list and from any thread. Memory is needed for the results, for a window of a thousand texts
 * and for one small batch and one query per core, whatever the number and the length of the texts.
 * The caller closes the model; a call that runs meanwhile ends before, or fails with a {@link
 * dev.lucenesemantic.inference.ModelClosedException}.
 *
 * <p>A call with one text, as {@link #embedQuery} and {@link #encode(String)} are, is one that
 * somebody waits for: it does not stand behind the lists and images that other threads encode at
 * the same time, and shares the cores with them. Queries wait for each other only where there are
 * more of them than cores.
 */
public final class SentenceTransformer implements ImageEmbedder {
  private static final String QUERY = "query";
  private static final String DOCUMENT = "document";

  private final ModelSource source;
  private final SentenceTransformerConfig config;
  private final RoadMap roads;
  private final Optional<ImageEncoder> images;
  private final PendingFingerprint fingerprint;
  private final int dimension;
  private final boolean truncates;

  private SentenceTransformer(ModelSource source, RoadMap roads, PendingFingerprint fingerprint) {
    this.source = source;
    this.config = source.config();
    this.roads = roads;
    this.images = roads.images();
    this.fingerprint = fingerprint;
    int whole = roads.any().dimension();
    this.dimension = Math.min(whole, config.truncateDim().orElse(whole));
    this.truncates = dimension < whole;
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

  private static SentenceTransformer load(ModelSource folder, EncoderOptions options) {
    ModelSource model =
        options.truncateDim().isPresent()
            ? folder.withTruncateDim(options.truncateDim().getAsInt())
            : folder;
    PendingFingerprint fingerprint = PendingFingerprint.of(model);
    try {
      RoadMap roads = RoadMap.load(model, options);
      try {
        fingerprint.checkUnchanged();
        requireComponents(model, roads.any().dimension(), options);
        return new SentenceTransformer(model, roads, fingerprint);
      } catch (RuntimeException | Error e) {
        roads.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      fingerprint.close();
      throw e;
    }
  }

  private static void requireComponents(ModelSource model, int whole, EncoderOptions options) {
    if (options.truncateDim().orElse(whole) > whole) {
      throw new ModelException(
          model.name(),
          "has vectors of "
              + whole
              + " components, which cannot be cut to the first "
              + options.truncateDim().getAsInt()
              + "; leave truncateDim out or make it smaller");
    }
  }

  // ---- encoding as Python does ------------------------------------------------------------------

  /**
   * Encodes a text, with the model's default prompt if it has one. Python: {@code encode(text)}. In
   * a model with a router the text takes the router's default route.
   *
   * @param text the text; not null, may be empty
   * @return a new array of {@link #dimension()} components; of unit length only if the model
   *     normalises
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public float[] encode(String text) {
    return runOne(text, defaultPrompt(), usualRoad());
  }

  /**
   * Encodes texts, with the model's default prompt if it has one. Python: {@code encode(texts)}.
   *
   * @param texts the texts; neither the list nor a text is null
   * @return a new list of new arrays of {@link #dimension()} components, in the order of the texts
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public List<float[]> encode(List<String> texts) {
    return run(texts, defaultPrompt(), usualRoad());
  }

  private String defaultPrompt() {
    return config.defaultPromptName().map(config.prompts()::get).orElse("");
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
    return runOne(text, prompt(promptName), usualRoad());
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
    return run(texts, prompt(promptName), usualRoad());
  }

  private String prompt(String promptName) {
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
    return prompt;
  }

  /**
   * Encodes texts on the road that a model with a router has for a task, with the model's default
   * prompt if it has one. Python: {@code encode(texts, task=...)}.
   *
   * @param texts the texts; neither the list nor a text is null
   * @param task one of the names of {@link #tasks()}; any in a model without a router, which makes
   *     no difference between them
   * @return a new list of new arrays of {@link #dimension()} components, in the order of the texts
   * @throws IllegalArgumentException if the model has no road for the task
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  public List<float[]> encodeFor(List<String> texts, String task) {
    return run(texts, defaultPrompt(), road(task));
  }

  private RoadEncoder road(String task) {
    Objects.requireNonNull(task, "task");
    return roads.of(task).orElseThrow(() -> noRoad("for the task '" + task + "'"));
  }

  private RoadEncoder usualRoad() {
    return roads.usual().orElseThrow(() -> noRoad("without a task"));
  }

  private IllegalArgumentException noRoad(String what) {
    return new IllegalArgumentException(
        "model "
            + source.name()
            + " has no road "
            + what
            + "; it has one for each of the tasks "
            + tasks());
  }

  // ---- encoding for an index --------------------------------------------------------------------

  /**
   * {@inheritDoc}
   *
   * <p>Python: {@code encode_query(text)}, whose prompt is the one named {@code query}, as is the
   * road in a model with a router.
   *
   * @throws IllegalArgumentException if the model has roads, but none for queries
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  @Override
  public float[] embedQuery(String text) {
    return runOne(text, prompt(QUERY), road(QUERY));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Python: {@code encode_document(texts)}, whose prompt is the one named {@code document}, as
   * is the road in a model with a router.
   *
   * @throws IllegalArgumentException if the model has roads, but none for documents
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  @Override
  public List<float[]> embedDocuments(List<String> texts) {
    return run(texts, prompt(DOCUMENT), road(DOCUMENT));
  }

  /**
   * {@inheritDoc}
   *
   * <p>They are those that {@link #embedDocuments} reads, with its prompt and on its road.
   *
   * @return the tokens; empty if the model has roads, but none for documents
   */
  @Override
  public Optional<DocumentTokens> documentTokens() {
    return roads.of(DOCUMENT).map(road -> new RoadTokens(road.transformer(), prompt(DOCUMENT)));
  }

  /**
   * {@inheritDoc}
   *
   * <p>A text that is truncated is tokenised a second time, to its end.
   *
   * @throws IllegalArgumentException if the model has roads, but none for documents
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  @Override
  public List<float[]> embedDocuments(List<String> texts, TokenCounts counts) {
    Objects.requireNonNull(counts, "counts");
    return run(texts, prompt(DOCUMENT), road(DOCUMENT), counts);
  }

  // ---- images -----------------------------------------------------------------------------------

  /**
   * {@inheritDoc}
   *
   * @return true for CLIP
   */
  @Override
  public boolean embedsImages() {
    return images.isPresent();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Python: {@code encode(images)} of images that Pillow has opened, which has no prompt. Images
   * are decoded as they are needed, one at a time on each core.
   *
   * @throws dev.lucenesemantic.image.InvalidImageException if one of them is no image, damaged, too
   *     large or of a kind that is not supported
   * @throws UnsupportedOperationException if the model has no network for images
   * @throws InferenceException if the model is closed or fails, or the thread is interrupted
   */
  @Override
  public List<float[]> embedImages(List<ImageSource> images) {
    ImageEncoder encoder =
        this.images.orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "model "
                        + description()
                        + " has texts only"
                        + (tasks().isEmpty() ? "" : ", as every model with a router here")
                        + "; a CLIP model encodes images"));
    List<float[]> vectors = encoder.encode(images);
    if (truncates) {
      vectors.replaceAll(vector -> Arrays.copyOf(vector, dimension));
    }
    return vectors;
  }

  // ---- the road of the texts --------------------------------------------------------------------

  private List<float[]> run(List<String> texts, String prompt, RoadEncoder road) {
    return run(texts, prompt, road, null);
  }

  /**
   * @param counts null if nobody wants to know
   */
  private List<float[]> run(
      List<String> texts, String prompt, RoadEncoder road, TokenCounts counts) {
    if (texts == null) {
      throw new InvalidTextException(
          description(), "the list of texts is null; give an empty list for no texts");
    }
    BatchRunner runner = road.transformer().runner();
    TextTokenizer tokenizer = road.transformer().tokenizer();
    TruncationMonitor truncation = road.truncation();
    runner.ensureOpen();
    return runner.map(
        numbered(texts),
        (text, position) -> requireText(text.content, position, texts.size()),
        text -> {
          TokenIds tokens =
              truncation.check(tokenizer.tokenize(prompt, text.content), text.content);
          if (counts != null) {
            int seen = tokens.truncated() ? tokenizer.count(prompt, text.content) : tokens.length();
            counts.count(text.position, seen, tokens.length());
          }
          return tokens;
        },
        finish(prompt, road));
  }

  /** A text that somebody waits for: it does not stand behind lists of others. */
  private float[] runOne(String text, String prompt, RoadEncoder road) {
    BatchRunner runner = road.transformer().runner();
    TextTokenizer tokenizer = road.transformer().tokenizer();
    runner.ensureOpen();
    requireText(text, 0, 1);
    return runner.query(
        text,
        each -> road.truncation().check(tokenizer.tokenize(prompt, each), each),
        finish(prompt, road));
  }

  private <E> BatchRunner.Finish<E, float[]> finish(String prompt, RoadEncoder road) {
    int promptLength = promptLength(prompt, road);
    return (text, tokens, output, row) -> {
      float[] vector = road.finish(output, row, tokens.length(), promptLength);
      road.truncation().count(tokens);
      // As Python, which cuts the finished vector and leaves its length as it then is.
      return truncates ? Arrays.copyOf(vector, dimension) : vector;
    };
  }

  private record NumberedText(int position, String content) {}

  /** The texts with their positions, read no further ahead than the iterator is. */
  private static Iterable<NumberedText> numbered(List<String> texts) {
    return () -> {
      Iterator<String> rest = texts.iterator();
      AtomicInteger position = new AtomicInteger();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return rest.hasNext();
        }

        @Override
        public NumberedText next() {
          return new NumberedText(position.getAndIncrement(), rest.next());
        }
      };
    };
  }

  private String requireText(String text, int position, int size) {
    if (text == null) {
      throw new InvalidTextException(
          description(),
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
  private static int promptLength(String prompt, RoadEncoder road) {
    if (prompt.isEmpty() || road.includesPrompt()) {
      return 0;
    }
    TextTokenizer tokenizer = road.transformer().tokenizer();
    TokenIds tokens = road.transformer().runner().whileOpen(() -> tokenizer.tokenize(prompt, ""));
    int length = tokens.length();
    return length > 0 && tokenizer.isSpecial(tokens.ids()[length - 1]) ? length - 1 : length;
  }

  private String description() {
    return source.roads().all().iterator().next().input().description();
  }

  // ---- what the model is ------------------------------------------------------------------------

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public String fingerprint() {
    return fingerprint.get();
  }

  @Override
  public String modelName() {
    return source.name();
  }

  /**
   * What was found in the model's folder or jar and is done with a text: the files, the modules in
   * their order, the prompts.
   *
   * @return the model as it was read
   */
  public ModelSource source() {
    return source;
  }

  /**
   * The length limit of a text; the largest one of a model with several roads.
   *
   * @return tokens, special tokens and prompt included; {@link Integer#MAX_VALUE} for no limit,
   *     which static embeddings have
   */
  public int maxSequenceLength() {
    return Collections.max(roads.limits());
  }

  @Override
  public int maxTokens() {
    return maxSequenceLength();
  }

  /**
   * The ONNX file that was taken and what made it the one, in words; one for each transformer of
   * the model, and one or two for CLIP.
   *
   * @return a new list; empty for a model without a transformer, or from a jar
   */
  public List<String> modelFiles() {
    Set<String> files = new LinkedHashSet<>();
    for (Road road : source.roads().all()) {
      if (road.input() instanceof TransformerSource transformer
          && !transformer.weightsChoice().isEmpty()) {
        files.add(transformer.weights().location() + ": " + transformer.weightsChoice());
      }
      if (road.input() instanceof ClipSource clip) {
        files.add(clip.weights().location() + ": " + clip.weightsChoice());
        files.add(clip.imageWeights().location() + ": " + clip.weightsChoice());
      }
    }
    return List.copyOf(files);
  }

  /**
   * The tasks that a model with a router has roads for, mostly {@code query} and {@code document}.
   *
   * @return an unmodifiable set; empty for a model without a router, in which every text takes the
   *     same road
   */
  public Set<String> tasks() {
    return source.roads().byTask().keySet();
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
    return !truncates && source.roads().all().stream().allMatch(Road::normalizes);
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
   * The tokens of a text as the model reads it, without a prompt and on the road that {@link
   * #encode(List)} takes.
   *
   * @param text the text; not null, may be empty
   * @return its tokens, special tokens included, cut to {@link #maxSequenceLength()}
   * @throws InferenceException if the model is closed
   */
  public TokenIds tokenize(String text) {
    String checked = requireText(text, 0, 1);
    Transformer transformer = roads.any().transformer();
    return transformer.runner().whileOpen(() -> transformer.tokenizer().tokenize("", checked));
  }

  /**
   * How many texts were encoded so far.
   *
   * @return the number since the model was loaded
   */
  public long encodedTexts() {
    return roads.truncations().stream().mapToLong(TruncationMonitor::read).sum();
  }

  /**
   * How many texts were longer than {@link #maxSequenceLength()}: encoded without their end, or
   * refused where that was chosen.
   *
   * @return the number since the model was loaded
   */
  public long truncatedTexts() {
    return roads.truncations().stream().mapToLong(TruncationMonitor::truncated).sum();
  }

  @Override
  public void close() {
    fingerprint.close();
    roads.close();
  }

  @Override
  public String toString() {
    return "SentenceTransformer(" + source.name() + ", " + fingerprint + ")";
  }
}
