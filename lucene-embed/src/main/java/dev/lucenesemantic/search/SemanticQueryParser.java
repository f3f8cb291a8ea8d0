package dev.lucenesemantic.search;

import dev.lucenesemantic.embed.TextEmbedder;
import java.io.StringReader;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.queryparser.charstream.FastCharStream;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.Query;

/**
 * Lucene's classic query syntax, in which the text of a semantic field is a {@link SemanticQuery}:
 *
 * <pre>
 *   +body:london +body_vector:"population of the capital"^2
 *   body_vector:(how many people live in London) -body:ontario
 * </pre>
 *
 * <p>The whole text is one query: a word, a phrase in quotes, or what stands in parentheses, where
 * words and phrases that follow each other are taken together. Neither the analyzer nor {@link
 * #setSplitOnWhitespace} touches it; backslashes that escape a character are removed. The same
 * holds without a field name if the default field is semantic. To ask two things, name the field
 * twice.
 *
 * <p>Operators keep their meaning: {@code AND}, {@code OR}, {@code +}, {@code -} and boosts. What
 * only terms can do is a {@link ParseException} on a semantic field: {@code *} and {@code ?} (also
 * a question mark at the end of a question: put the question in quotes), {@code ~}, ranges and
 * regular expressions.
 *
 * <p>A {@link SemanticQuery} on a field of passages matches the passages, which no clause on a
 * field of their documents does. The parser of {@link SemanticFields#parser} knows such fields and
 * makes a {@link PassageQuery} of their text.
 *
 * <p>Like its superclass, a parser is for one thread at a time.
 */
public class SemanticQueryParser extends QueryParser {
  /** How many documents a semantic clause matches unless {@link #setK} says otherwise. */
  public static final int DEFAULT_K = 100;

  private final Map<String, TextEmbedder> embedders;
  private final SemanticTokens tokens;
  private int k = DEFAULT_K;

  /**
   * Makes a parser.
   *
   * @param defaultField the field of text that names none; may be a semantic field
   * @param analyzer analyzes the text of all other fields
   * @param embedders the embedder of each semantic field, by name; copied, not closed
   */
  public SemanticQueryParser(
      String defaultField, Analyzer analyzer, Map<String, TextEmbedder> embedders) {
    super(defaultField, analyzer);
    this.embedders = Map.copyOf(embedders);
    tokens =
        new SemanticTokens(
            new FastCharStream(new StringReader("")), defaultField, this.embedders.keySet());
    token_source = tokens;
  }

  /**
   * Sets how many documents a semantic clause matches. The default is 100 and not the ten of a
   * result page, because a clause is seldom alone: of its matches only those remain that the other
   * clauses let through, and {@code +body:london +body_vector:"..."} should find its ten even if
   * most of the nearest documents do not speak of London. Where one clause is to restrict another
   * to few documents, give a {@link SemanticQuery} a filter instead.
   *
   * @param k the number of documents, at least 1
   * @throws IllegalArgumentException if it is below 1
   */
  public void setK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got: " + k);
    }
    this.k = k;
  }

  /**
   * How many documents a semantic clause matches.
   *
   * @return the number of documents
   */
  public int getK() {
    return k;
  }

  /**
   * Makes the query for the text of a semantic field. A subclass may add a filter, a beam or a
   * threshold here.
   *
   * @param field the semantic field
   * @param text the whole text; not blank
   * @param embedder the field's embedder
   * @return the query
   */
  protected Query newSemanticQuery(String field, String text, TextEmbedder embedder) {
    return new SemanticQuery(field, text, k, embedder);
  }

  private boolean isSemantic(String field) {
    return field != null && embedders.containsKey(field);
  }

  @Override
  protected Query getFieldQuery(String field, String text, boolean quoted) throws ParseException {
    if (!isSemantic(field)) {
      return super.getFieldQuery(field, text, quoted);
    }
    if (text.isBlank()) {
      throw new ParseException("The text for the semantic field '" + field + "' is empty");
    }
    return newSemanticQuery(field, text, embedders.get(field));
  }

  @Override
  protected Query getFieldQuery(String field, String text, int slop) throws ParseException {
    if (isSemantic(field) && tokens.endsWithSlop(token)) {
      throw unsupported(field, "~ after a phrase", "leave it out: word order counts anyway");
    }
    return super.getFieldQuery(field, text, slop);
  }

  @Override
  protected Query getPrefixQuery(String field, String text) throws ParseException {
    refuseWildcards(field);
    return super.getPrefixQuery(field, text);
  }

  @Override
  protected Query getWildcardQuery(String field, String text) throws ParseException {
    refuseWildcards(field);
    return super.getWildcardQuery(field, text);
  }

  private void refuseWildcards(String field) throws ParseException {
    if (isSemantic(field)) {
      throw unsupported(
          field,
          "the wildcards * and ?",
          "if they belong to the text, put the whole text in quotes, as in "
              + field
              + ":\"who wrote this?\"");
    }
  }

  @Override
  protected Query getFuzzyQuery(String field, String text, float minSimilarity)
      throws ParseException {
    if (isSemantic(field)) {
      throw unsupported(
          field, "~ (fuzzy)", "leave it out: similar words are found by their meaning");
    }
    return super.getFuzzyQuery(field, text, minSimilarity);
  }

  @Override
  protected Query getRegexpQuery(String field, String text) throws ParseException {
    if (isSemantic(field)) {
      throw unsupported(
          field,
          "/regular expressions/",
          "if the slashes belong to the text, put the whole text in quotes");
    }
    return super.getRegexpQuery(field, text);
  }

  @Override
  protected Query getRangeQuery(
      String field, String from, String to, boolean startInclusive, boolean endInclusive)
      throws ParseException {
    if (isSemantic(field)) {
      throw unsupported(
          field, "ranges", "if the brackets belong to the text, put the whole text in quotes");
    }
    return super.getRangeQuery(field, from, to, startInclusive, endInclusive);
  }

  private static ParseException unsupported(String field, String what, String remedy) {
    return new ParseException(
        "The semantic field '" + field + "' does not support " + what + "; " + remedy);
  }
}
