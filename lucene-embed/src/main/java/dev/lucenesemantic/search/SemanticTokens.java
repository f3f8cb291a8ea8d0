package dev.lucenesemantic.search;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.lucene.queryparser.charstream.CharStream;
import org.apache.lucene.queryparser.classic.QueryParserTokenManager;
import org.apache.lucene.queryparser.classic.Token;

/**
 * The tokens of a query, in which words and phrases of a semantic field that follow each other are
 * one phrase. The grammar itself keeps only words together, and only until the next phrase; it
 * calls the parser once for each piece, without telling it which pieces belong together.
 *
 * <p>What the grammar binds to a single word is left alone: a field name, a modifier ({@code +},
 * {@code -}, {@code NOT}), an operator ({@code AND}, {@code OR}), a boost, a tilde.
 */
final class SemanticTokens extends QueryParserTokenManager {
  private final String defaultField;
  private final Set<String> semanticFields;

  /** All tokens of the query, the end included; null before the first one is asked for. */
  private List<Token> tokens;

  private int next;

  SemanticTokens(CharStream stream, String defaultField, Set<String> semanticFields) {
    super(stream);
    this.defaultField = Objects.requireNonNullElse(defaultField, "");
    this.semanticFields = semanticFields;
  }

  @Override
  public void ReInit(CharStream stream) {
    super.ReInit(stream);
    tokens = null;
    next = 0;
  }

  @Override
  public Token getNextToken() {
    if (tokens == null) {
      tokens = join(readAll());
    }
    // Behind the end the superclass makes one end after the other, and the grammar links them.
    return next < tokens.size() ? tokens.get(next++) : super.getNextToken();
  }

  /** Whether the tokens up to this one end with a tilde, or with a tilde and a boost. */
  boolean endsWithSlop(Token last) {
    int i = tokens.indexOf(last);
    return kind(tokens, i) == FUZZY_SLOP
        || (kind(tokens, i) == NUMBER && kind(tokens, i - 2) == FUZZY_SLOP);
  }

  private List<Token> readAll() {
    List<Token> all = new ArrayList<>();
    do {
      all.add(super.getNextToken());
    } while (all.getLast().kind != EOF);
    return all;
  }

  private List<Token> join(List<Token> all) {
    List<Token> joined = new ArrayList<>();
    Deque<String> fields = new ArrayDeque<>();
    fields.push(defaultField);
    for (int i = 0; i < all.size(); i++) {
      switch (all.get(i).kind) {
        case LPAREN -> fields.push(fieldOf(all, i, fields.peek()));
        case RPAREN -> {
          // One too many is the grammar's to complain about.
          if (fields.size() > 1) {
            fields.pop();
          }
        }
        default -> {}
      }
      int end = i;
      if (semanticFields.contains(fields.peek()) && startsClause(all, i)) {
        while (isFreeText(all, end)) {
          end++;
        }
      }
      if (end - i > 1) {
        joined.add(phrase(all.subList(i, end)));
        i = end - 1;
      } else {
        joined.add(all.get(i));
      }
    }
    return joined;
  }

  /** The field of the group that opens at {@code i}. */
  private static String fieldOf(List<Token> tokens, int i, String enclosing) {
    if (i < 2 || kind(tokens, i - 1) != COLON) {
      return enclosing;
    }
    return tokens.get(i - 2).image.replaceAll("\\\\(.)", "$1");
  }

  /** Whether nothing before the token is bound to it. */
  private static boolean startsClause(List<Token> tokens, int i) {
    return switch (kind(tokens, i - 1)) {
      case COLON, AND, OR, NOT, PLUS, MINUS, CARAT -> false;
      default -> true;
    };
  }

  /** Whether the token is a piece of text and nothing behind it is bound to it. */
  private static boolean isFreeText(List<Token> tokens, int i) {
    return switch (kind(tokens, i)) {
      case TERM, QUOTED, BAREOPER ->
          switch (kind(tokens, i + 1)) {
            case COLON, CARAT, FUZZY_SLOP, AND, OR -> false;
            default -> true;
          };
      default -> false;
    };
  }

  private static int kind(List<Token> tokens, int i) {
    return i < 0 || i >= tokens.size() ? EOF : tokens.get(i).kind;
  }

  private static Token phrase(List<Token> run) {
    StringBuilder text = new StringBuilder();
    for (Token token : run) {
      String image = token.image;
      text.append(text.isEmpty() ? "" : " ")
          .append(
              switch (token.kind) {
                case QUOTED -> image.substring(1, image.length() - 1);
                case BAREOPER -> image.substring(0, 1);
                default -> image;
              });
    }
    Token phrase = new Token(QUOTED, '"' + text.toString() + '"');
    phrase.beginLine = run.getFirst().beginLine;
    phrase.beginColumn = run.getFirst().beginColumn;
    phrase.endLine = run.getLast().endLine;
    phrase.endColumn = run.getLast().endColumn;
    return phrase;
  }
}
