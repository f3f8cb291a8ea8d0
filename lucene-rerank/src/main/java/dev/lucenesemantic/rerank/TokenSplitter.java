package dev.lucenesemantic.rerank;

import dev.lucenesemantic.inference.BatchRunner;
import dev.lucenesemantic.inference.PairTokenizer;
import dev.lucenesemantic.inference.TextPiece;
import dev.lucenesemantic.inference.TokenSpans;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;

/** Divides documents into windows of as many of a model's tokens as it reads beside the query. */
final class TokenSplitter implements DocumentSplitter {
  private final ToIntFunction<String> room;
  private final PairTokenizer tokenizer;
  private final BatchRunner runner;
  private final int overlap;
  private final int maxPassages;

  /**
   * @param room how many tokens of a document a query leaves room for; throws if there is none
   */
  TokenSplitter(
      ToIntFunction<String> room,
      PairTokenizer tokenizer,
      BatchRunner runner,
      int overlapTokens,
      int maxPassages) {
    if (overlapTokens < 0 || maxPassages < 1) {
      throw new IllegalArgumentException(
          "overlapTokens "
              + overlapTokens
              + " must not be negative, and maxPassages "
              + maxPassages
              + " must be at least 1");
    }
    this.room = room;
    this.tokenizer = tokenizer;
    this.runner = runner;
    this.overlap = overlapTokens;
    this.maxPassages = maxPassages;
  }

  @Override
  public List<DocumentSpan> split(String query, String document) {
    Objects.requireNonNull(document, "document");
    return runner.whileOpen(() -> split(room.applyAsInt(query), document));
  }

  private List<DocumentSpan> split(int room, String document) {
    int shared = Math.min(overlap, room / 2);
    long wanted = room + (maxPassages - 1L) * (room - shared);
    TokenSpans tokens = tokenizer.spans(document, (int) Math.min(wanted, Integer.MAX_VALUE / 2));
    if (tokens.complete() && tokens.size() <= room) {
      return List.of(new DocumentSpan(0, document.length()));
    }
    return new Windows(document, tokens, room, shared).spans(maxPassages);
  }

  /** The windows of one document. */
  private final class Windows {
    private final String document;
    private final TokenSpans tokens;
    private final TokenBorders borders;
    private final int room;
    private final int shared;

    Windows(String document, TokenSpans tokens, int room, int shared) {
      this.document = document;
      this.tokens = tokens;
      this.borders = new TokenBorders(document, tokens);
      this.room = room;
      this.shared = shared;
    }

    List<DocumentSpan> spans(int most) {
      List<DocumentSpan> spans = new ArrayList<>();
      int from = 0;
      while (spans.size() < most) {
        int to = end(from);
        boolean last = to == tokens.size() || isBlankBehind(to);
        DocumentSpan span = span(from, last ? tokens.size() : to);
        // Some tokenizers have tokens for nothing but space.
        if (!document.substring(span.start(), span.end()).isBlank()) {
          spans.add(span);
        }
        if (last) {
          break;
        }
        from = next(from, to);
      }
      return spans.isEmpty() ? List.of(new DocumentSpan(0, document.length())) : spans;
    }

    private boolean isBlankBehind(int border) {
      for (int i = borders.offset(border); i < document.length(); i++) {
        if (!Character.isWhitespace(document.charAt(i))) {
          return false;
        }
      }
      return true;
    }

    /** The last border up to which a window fits that begins at {@code from}. */
    private int end(int from) {
      int most = Math.min(tokens.size(), from + room);
      int to = borders.last(from + Math.max(1, room / 2), most, true);
      if (to < 0) {
        to = borders.last(from + 1, most, false);
      }
      if (to < 0) {
        // A single character of more tokens than there is room for.
        to = borders.first(most, tokens.size(), false);
      }
      // A window that begins inside of a word can have other tokens than the document has there.
      while (!fits(span(from, to))) {
        int shorter = borders.last(from + 1, to - 1, false);
        if (shorter < 0) {
          return to;
        }
        to = shorter;
      }
      return to;
    }

    private boolean fits(DocumentSpan span) {
      TextPiece piece = tokenizer.piece("", document.substring(span.start(), span.end()));
      return piece.complete() && piece.ids().length <= room;
    }

    /** Where the window behind one from {@code from} to {@code to} begins. */
    private int next(int from, int to) {
      int earliest = Math.max(from + 1, to - shared);
      int start = borders.first(earliest, to, true);
      return start < 0 ? borders.first(earliest, to, false) : start;
    }

    private DocumentSpan span(int from, int to) {
      int start = borders.offset(from);
      if (to == tokens.size()) {
        return new DocumentSpan(start, tokens.complete() ? document.length() : borders.offset(to));
      }
      int end = borders.offset(to);
      while (end > start && Character.isWhitespace(document.charAt(end - 1))) {
        end--;
      }
      return new DocumentSpan(start, end);
    }
  }
}
