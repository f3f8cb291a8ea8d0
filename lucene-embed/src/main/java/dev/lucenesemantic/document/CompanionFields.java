package dev.lucenesemantic.document;

import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.Query;

/**
 * The names of the fields that stand beside a semantic field in the index. All are ordinary Lucene
 * fields, which a reader that knows nothing of this library can use and ignore.
 *
 * <p>They belong to the field by the name that an application uses: where an index has a second
 * generation of a field (see {@link FieldGenerations}), both share them.
 */
public final class CompanionFields {
  private CompanionFields() {}

  /**
   * The hash of the text that was encoded: an indexed term of 32 bytes, neither stored nor with doc
   * values. It is the SHA-256 of the text's UTF-16 code units, big-endian, in which half of a
   * surrogate pair counts as U+FFFD.
   *
   * @param field a semantic field
   * @return the name of the companion
   */
  public static String textHash(String field) {
    return field + "#text_hash";
  }

  /**
   * A text whose vector is still missing: binary doc values with the text's UTF-16 code units,
   * big-endian. A document has them exactly while it waits for {@link
   * SemanticIndexWriter#backfill}.
   *
   * @param field a semantic field
   * @return the name of the companion
   */
  public static String pending(String field) {
    return field + "#pending";
  }

  /**
   * The tokens of a text that was truncated, or of a long text not all of which is in passages:
   * numeric doc values, only in documents that lost text. Of a text of more than a million
   * characters they are those of the first million. Passages are truncated only by a model with a
   * shorter limit than that of the one they were made for. While there are vectors of several
   * models, and after the way back from a migration, they are those of the model that came last.
   *
   * @param field a semantic field
   * @return the name of the companion
   */
  public static String tokensSeen(String field) {
    return field + "#tokens_seen";
  }

  /**
   * How many tokens of a text that was truncated the model has read: numeric doc values, in the
   * same documents as {@link #tokensSeen}.
   *
   * @param field a semantic field
   * @return the name of the companion
   */
  public static String tokensEncoded(String field) {
    return field + "#tokens_encoded";
  }

  /**
   * What marks a document as a passage of a longer one: an indexed term, {@code 1}, and the
   * passage's number as numeric doc values.
   *
   * @param field a semantic field
   * @return the name of the companion
   */
  public static String passage(String field) {
    return field + "#passage";
  }

  /**
   * Finds the documents of which the model has not read everything.
   *
   * @param field a semantic field
   * @return a query for all documents whose text was truncated
   */
  public static Query truncatedQuery(String field) {
    return new FieldExistsQuery(tokensSeen(field));
  }

  /**
   * Finds the documents whose vectors are still missing.
   *
   * @param field a semantic field
   * @return a query for all documents that wait for {@link SemanticIndexWriter#backfill}
   */
  public static Query pendingQuery(String field) {
    return new FieldExistsQuery(pending(field));
  }
}
