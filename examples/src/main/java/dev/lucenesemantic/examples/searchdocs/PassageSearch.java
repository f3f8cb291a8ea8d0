package dev.lucenesemantic.examples.searchdocs;

import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.rerank.CrossEncoderRescorer;
import dev.lucenesemantic.rerank.PairScorer;
import dev.lucenesemantic.rerank.TextSource;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.TermToBytesRefAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Rescorer;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.BytesRef;

/**
 * Answers questions by the words of the passages, by their meaning, and by their meaning with a
 * reranker behind it.
 */
public final class PassageSearch {
  /** Of a longer question, the first so many different words. Lucene takes 1,024 clauses. */
  public static final int MAX_WORDS = 1_000;

  /** How many passages of the semantic search the reranker reads. */
  public static final int RERANKED = 50;

  private final IndexSearcher searcher;
  private final TextEmbedder embedder;
  private final Optional<PairScorer> reranker;

  /**
   * Searches an index.
   *
   * @param index the index
   * @param embedder the model it was built with
   * @param reranker a cross-encoder, if there is one
   */
  public PassageSearch(
      PassageIndex index, TextEmbedder embedder, Optional<? extends PairScorer> reranker) {
    this.searcher = new IndexSearcher(index.reader());
    this.embedder = embedder;
    this.reranker = reranker.map(scorer -> scorer);
  }

  /**
   * Answers in every way that there is.
   *
   * @param question any text
   * @param k how many passages at most, no more than {@link #RERANKED}
   * @return an answer by BM25 and a semantic one; with a reranker also its own
   * @throws IOException if the index cannot be read
   */
  public List<Answer> answers(String question, int k) throws IOException {
    List<Answer> answers = new ArrayList<>();
    answers.add(byWords(question, k));
    answers.add(byMeaning(question, k));
    if (reranker.isPresent()) {
      answers.add(reranked(question, k, reranker.get()));
    }
    return answers;
  }

  /** Finds the passages that have words of the question, the rare ones first. */
  private Answer byWords(String question, int k) throws IOException {
    long start = System.nanoTime();
    TopDocs hits = searcher.search(anyWordOf(question), k);
    return answer("BM25", hits, start, "no passage has any of these words");
  }

  /** Finds the passages that mean the same. */
  private Answer byMeaning(String question, int k) throws IOException {
    long start = System.nanoTime();
    return answer("Semantic", nearest(question, k), start, "there is no passage");
  }

  /** Finds passages that mean the same, and lets the cross-encoder choose the best of them. */
  private Answer reranked(String question, int k, PairScorer crossEncoder) throws IOException {
    long start = System.nanoTime();
    String method = "Semantic + reranker";
    Rescorer rescorer =
        new CrossEncoderRescorer(
            crossEncoder, question, TextSource.storedField(PassageIndex.MODEL_TEXT));
    try {
      TopDocs hits = rescorer.rescore(searcher, nearest(question, RERANKED), k);
      return answer(method, hits, start, "there is no passage");
    } catch (IllegalArgumentException e) {
      // So long a question that the model has no room for a passage beside it.
      return new Answer(method, millisSince(start), List.of(), e.getMessage());
    }
  }

  private TopDocs nearest(String question, int k) throws IOException {
    return searcher.search(new SemanticQuery(PassageIndex.VECTOR, question, k, embedder), k);
  }

  /** No syntax: what a person types is words, and quotes or brackets mean nothing. */
  private static Query anyWordOf(String question) throws IOException {
    Set<BytesRef> words = new LinkedHashSet<>();
    try (Analyzer analyzer = PassageIndex.analyzer();
        TokenStream tokens = analyzer.tokenStream(PassageIndex.BODY, question)) {
      TermToBytesRefAttribute term = tokens.addAttribute(TermToBytesRefAttribute.class);
      tokens.reset();
      while (words.size() < MAX_WORDS && tokens.incrementToken()) {
        words.add(BytesRef.deepCopyOf(term.getBytesRef()));
      }
    }
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    for (BytesRef word : words) {
      query.add(new TermQuery(new Term(PassageIndex.BODY, word)), Occur.SHOULD);
    }
    return query.build();
  }

  private Answer answer(String method, TopDocs found, long start, String whyNone)
      throws IOException {
    List<Answer.Hit> hits = new ArrayList<>();
    StoredFields stored = searcher.storedFields();
    for (ScoreDoc hit : found.scoreDocs) {
      Document document = stored.document(hit.doc);
      String text = document.get(PassageIndex.MODEL_TEXT).lines().findFirst().orElse("");
      hits.add(new Answer.Hit(hit.score, document.get(PassageIndex.TITLE), text));
    }
    return new Answer(method, millisSince(start), hits, whyNone);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
