package dev.lucenesemantic.rerank;

import dev.lucenesemantic.inference.BatchRunner;
import dev.lucenesemantic.inference.PairTokenizer;
import dev.lucenesemantic.inference.TextPiece;
import dev.lucenesemantic.inference.TokenBorders;
import dev.lucenesemantic.inference.TokenSpans;
import dev.lucenesemantic.inference.TokenWindows;
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
    private final TokenWindows windows;
    private final int room;

    Windows(String document, TokenSpans tokens, int room, int shared) {
      this.document = document;
      this.tokens = tokens;
      this.borders = new TokenBorders(document, tokens);
      this.room = room;
      this.windows =
          new TokenWindows(
              borders,
              List.of(new TokenWindows.Place(borders::isBetweenWords, room / 2)),
              room,
              shared,
              this::tokensTooMany);
    }

    List<DocumentSpan> spans(int most) {
      List<DocumentSpan> spans = new ArrayList<>();
      int from = 0;
      while (spans.size() < most) {
        int to = windows.end(from);
        boolean last = to == tokens.size() || isBlankBehind(to);
        DocumentSpan span = span(from, last ? tokens.size() : to);
        // Some tokenizers have tokens for nothing but space.
        if (!document.substring(span.start(), span.end()).isBlank()) {
          spans.add(span);
        }
        if (last) {
          break;
        }
        from = windows.next(from, to);
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

    private int tokensTooMany(int from, int to) {
      DocumentSpan span = span(from, to);
      TextPiece piece = tokenizer.piece("", document.substring(span.start(), span.end()));
      int over = piece.ids().length - room;
      return piece.complete() ? over : Math.max(1, over);
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
