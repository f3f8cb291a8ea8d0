package dev.lucenesemantic.embed;

import java.util.List;
import java.util.Optional;

/**
 * Turns texts into vectors, so that near vectors mean texts of near meaning.
 *
 * <p>This is all that the Lucene side knows of a model: a field encodes documents with it, a query
 * encodes the user's words with it. {@code SentenceTransformer} is the implementation that runs a
 * model; a test can put any other in its place.
 *
 * <p>Implementations are safe for use by several threads at once, and give a text the same vector
 * alone, in any list and from any thread.
 */
public interface TextEmbedder extends AutoCloseable {

  /**
   * The number of components of every vector.
   *
   * @return the dimension, at least 1
   */
  int dimension();

  /**
   * Identifies everything that a vector depends on: weights, tokenizer, pooling, normalisation,
   * prompts and length limit. Vectors of embedders with different fingerprints must never be
   * compared. It is kept in the index beside the vectors.
   *
   * @return a short string of letters, digits, {@code .}, {@code _} and {@code -}
   */
  String fingerprint();

  /**
   * A name for error messages and for people who look into an index; it identifies nothing.
   *
   * @return the name of the model, for example {@code all-MiniLM-L6-v2}; the fingerprint where
   *     there is no better one
   */
  default String modelName() {
    return fingerprint();
  }

  /**
   * Whether all vectors have unit length. Where they have not, a field and a query scale them
   * before Lucene compares them by dot product, which then is the cosine.
   *
   * @return true unless an implementation says otherwise
   */
  default boolean normalized() {
    return true;
  }

  /**
   * The function that the vectors are made for. An index compares by cosine; vectors that are
   * {@link #normalized()} can be compared by any function with the same order.
   *
   * @return {@link Similarity#COSINE} unless an implementation says otherwise
   */
  default Similarity similarity() {
    return Similarity.COSINE;
  }

  /**
   * The most tokens that are read of a text, special tokens included. A queue that is bounded by
   * tokens needs it to know what a text can cost at the most.
   *
   * @return the limit; {@link Integer#MAX_VALUE} for none, and unless an implementation says
   *     otherwise
   */
  default int maxTokens() {
    return Integer.MAX_VALUE;
  }

  /**
   * Encodes a query, with the model's query prompt if it has one.
   *
   * @param text the query; not null, may be empty
   * @return a new array of {@link #dimension()} components
   */
  float[] embedQuery(String text);

  /**
   * Encodes documents, with the model's document prompt if it has one.
   *
   * @param texts the texts; neither the list nor a text is null, a text may be empty
   * @return a new list of new arrays of {@link #dimension()} components, in the order of {@code
   *     texts}
   */
  List<float[]> embedDocuments(List<String> texts);

  /**
   * The tokens of documents, by which long ones are divided into passages.
   *
   * @return empty unless an implementation says otherwise
   */
  default Optional<DocumentTokens> documentTokens() {
    return Optional.empty();
  }

  /**
   * Encodes documents as {@link #embedDocuments(List)} does, and says how much of each was read.
   *
   * @param texts the texts; neither the list nor a text is null, a text may be empty
   * @param counts is told the tokens of each text; an implementation that has no tokens, as the
   *     default one, tells it nothing
   * @return a new list of new arrays of {@link #dimension()} components, in the order of {@code
   *     texts}
   */
  default List<float[]> embedDocuments(List<String> texts, TokenCounts counts) {
    return embedDocuments(texts);
  }

  /** Frees what the embedder holds. Using it afterwards is an error; closing it again is not. */
  @Override
  void close();
}
