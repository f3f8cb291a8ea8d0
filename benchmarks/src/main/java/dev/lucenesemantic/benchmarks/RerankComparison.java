package dev.lucenesemantic.benchmarks;

import dev.lucenesemantic.rerank.PairScorer;
import dev.lucenesemantic.rerank.ScoreFusion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;

/**
 * Compares first stages alone with the same hits reranked, in windows of several sizes, by the
 * second stage's scores alone and fused.
 *
 * <p>Quality and time are measured apart. For quality each pair is scored once, whatever windows
 * and fusions it is needed for. For time, queries are answered again as users would have them
 * answered: a search for as many hits as the window has, then the reranking, with nothing
 * remembered.
 */
final class RerankComparison {
  /** How many documents a query is answered with, which is as far as nDCG@10 looks. */
  private static final int PAGE = 10;

  private final IndexSearcher searcher;
  private final List<Row> rows = new ArrayList<>();
  private final Map<Place, Times> times = new HashMap<>();
  private final List<FirstStage> firstStages;
  private final int depth;

  /**
   * Measures nothing yet.
   *
   * @param searcher searches the index of a collection, with the similarity of the first stages
   * @param firstStages the first stages
   * @param secondStages the second stages
   * @param windows how many hits are reranked, several numbers
   */
  RerankComparison(
      IndexSearcher searcher,
      List<FirstStage> firstStages,
      List<SecondStage> secondStages,
      List<Integer> windows) {
    this.searcher = searcher;
    this.firstStages = List.copyOf(firstStages);
    this.depth = Math.max(PAGE, windows.stream().mapToInt(window -> window).max().orElse(PAGE));
    for (FirstStage first : firstStages) {
      rows.add(new Row(new Place(first, null, PAGE), null));
      for (SecondStage second : secondStages) {
        if (second.follows(first)) {
          for (ScoreFusion fusion : List.of(ScoreFusion.crossEncoder(), second.fusion())) {
            for (int window : windows) {
              rows.add(new Row(new Place(first, second, window), fusion));
            }
          }
        }
      }
    }
    rows.forEach(row -> times.put(row.place(), new Times(new Sample(), new Sample())));
  }

  /**
   * What takes a time of its own; the fusion costs none.
   *
   * @param first the first stage
   * @param second null for the first stage alone
   * @param window how many hits are searched for, and reranked if there is a second stage
   */
  private record Place(FirstStage first, SecondStage second, int window) {}

  /** What has a quality of its own. */
  private record Row(Place place, ScoreFusion fusion, Run run) {
    Row(Place place, ScoreFusion fusion) {
      this(place, fusion, new Run("reranked"));
    }

    boolean reranks() {
      return place.second() != null;
    }
  }

  private record Times(Sample reranking, Sample total) {}

  /** Answers a query in every way, to see how good the answers are. */
  void answer(String queryId, String query) throws IOException {
    Map<SecondStage, PairScorer> scorers = new HashMap<>();
    for (FirstStage first : firstStages) {
      TopDocs hits = first.search(searcher, query, depth);
      // The largest window first: its texts go to the model in one call, and none is left for the
      // others.
      List<Row> largestFirst =
          rows.stream()
              .filter(row -> row.place().first().equals(first))
              .sorted(Comparator.comparing(row -> -row.place().window()))
              .toList();
      for (Row row : largestFirst) {
        TopDocs answer = hits;
        if (row.reranks()) {
          SecondStage second = row.place().second();
          PairScorer scorer =
              scorers.computeIfAbsent(second, stage -> new CachingScorer(stage.scorer()));
          answer =
              second
                  .rescorer(scorer, query, row.place().window(), row.fusion())
                  .rescore(searcher, hits, PAGE);
        }
        row.run().add(queryId, documents(answer));
      }
    }
  }

  private List<RankedDocument> documents(TopDocs hits) throws IOException {
    StoredFields stored = searcher.storedFields();
    List<RankedDocument> documents = new ArrayList<>();
    int size = Math.min(PAGE, hits.scoreDocs.length);
    for (ScoreDoc hit : Arrays.asList(hits.scoreDocs).subList(0, size)) {
      String id = stored.document(hit.doc).get(RetrievalSystem.ID_FIELD);
      documents.add(new RankedDocument(id, hit.score));
    }
    return documents;
  }

  /** Answers queries in every way, to see how long that takes. */
  void time(Collection<String> queries) throws IOException {
    for (String query : queries) {
      for (Map.Entry<Place, Times> entry : times.entrySet()) {
        time(query, entry.getKey(), entry.getValue());
      }
    }
  }

  private void time(String query, Place place, Times measured) throws IOException {
    long start = System.nanoTime();
    TopDocs hits = place.first().search(searcher, query, place.window());
    long found = System.nanoTime();
    if (place.second() != null) {
      SecondStage second = place.second();
      hits =
          second
              .rescorer(second.scorer(), query, place.window(), second.fusion())
              .rescore(searcher, hits, PAGE);
      measured.reranking().add((System.nanoTime() - found) / 1e6);
    }
    documents(hits);
    measured.total().add((System.nanoTime() - start) / 1e6);
  }

  /**
   * The figures, when queries were answered and timed.
   *
   * @param qrels the judgements of all queries that were to be answered
   */
  List<RerankFigure> figures(Qrels qrels) {
    return rows.stream().map(row -> figure(row, qrels)).toList();
  }

  private RerankFigure figure(Row row, Qrels qrels) {
    Place place = row.place();
    Times measured = times.get(place);
    Optional<RerankFigure.Reranking> reranking =
        row.reranks()
            ? Optional.of(
                new RerankFigure.Reranking(
                    place.second().name(),
                    !(row.fusion() instanceof ScoreFusion.CrossEncoderOnly),
                    place.window(),
                    measured.reranking().median()))
            : Optional.empty();
    return new RerankFigure(
        place.first().name(),
        reranking,
        RetrievalMetrics.of(row.run(), qrels).ndcgAt10(),
        measured.total().median());
  }
}
