package dev.lucenesemantic.examples.searchdocs;

import dev.lucenesemantic.embed.TextEmbedder;
import dev.lucenesemantic.search.SemanticQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/** Answers questions by the words of the passages and by their meaning. */
public final class PassageSearch {
  /** Of a longer question, the first so many different words. Lucene takes 1,024 clauses. */
  public static final int MAX_WORDS = 1_000;

  private final IndexSearcher searcher;
  private final TextEmbedder embedder;

  /**
   * Searches an index.
   *
   * @param index the index
   * @param embedder the model it was built with
   */
  public PassageSearch(PassageIndex index, TextEmbedder embedder) {
    this.searcher = new IndexSearcher(index.reader());
    this.embedder = embedder;
  }

  /**
   * Finds the passages that have words of the question, the rare ones first.
   *
   * @param question any text
   * @param k how many at most
   * @return the answer
   * @throws IOException if the index cannot be read
   */
  public Answer byWords(String question, int k) throws IOException {
    long start = System.nanoTime();
    return answer("BM25", anyWordOf(question), k, start);
  }

  /**
   * Finds the passages that mean the same.
   *
   * @param question any text
   * @param k how many at most
   * @return the answer
   * @throws IOException if the index cannot be read
   */
  public Answer byMeaning(String question, int k) throws IOException {
    long start = System.nanoTime();
    return answer(
        "Semantic", new SemanticQuery(PassageIndex.VECTOR, question, k, embedder), k, start);
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

  private Answer answer(String method, Query query, int k, long start) throws IOException {
    List<Answer.Hit> hits = new ArrayList<>();
    StoredFields stored = searcher.storedFields();
    for (ScoreDoc hit : searcher.search(query, k).scoreDocs) {
      Document document = stored.document(hit.doc);
      String body = document.get(PassageIndex.BODY);
      hits.add(
          new Answer.Hit(
              hit.score, document.get(PassageIndex.TITLE), body.substring(body.indexOf('\n') + 1)));
    }
    return new Answer(method, (System.nanoTime() - start) / 1e6, hits);
  }
}
