package dev.lucenesemantic.rerank;

import dev.lucenesemantic.inference.PairTokenizer;
import dev.lucenesemantic.inference.TextPiece;

/**
 * The tokens of the queries of one call, or of one splitter. Pairs of one query mostly stand
 * together, so the last one is kept.
 */
final class QueryPieces {
  private final PairTokenizer tokenizer;
  private final String prompt;
  private volatile Entry last;

  private record Entry(String query, TextPiece piece) {}

  QueryPieces(PairTokenizer tokenizer, String prompt) {
    this.tokenizer = tokenizer;
    this.prompt = prompt;
  }

  TextPiece piece(String query) {
    Entry entry = last;
    if (entry == null || !entry.query().equals(query)) {
      entry = new Entry(query, tokenizer.piece(prompt, query));
      last = entry;
    }
    return entry.piece();
  }
}
