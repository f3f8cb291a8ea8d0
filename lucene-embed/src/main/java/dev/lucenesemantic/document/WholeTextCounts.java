package dev.lucenesemantic.document;

import java.io.IOException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.util.FixedBitSet;

/**
 * Where the counts of lost tokens beside a vector are not those of the text that was encoded. In
 * the layout FLAT a long text that is not all in passages says so in its first one, for want of a
 * document of its own. A first passage that was truncated itself looks the same, so its counts are
 * kept as well when it gets another vector.
 */
final class WholeTextCounts {
  private WholeTextCounts() {}

  /** The documents of a segment that have such counts. */
  static FixedBitSet of(LeafReader segment, String field) throws IOException {
    FixedBitSet whole = new FixedBitSet(Math.max(1, segment.maxDoc()));
    NumericDocValues counts = segment.getNumericDocValues(CompanionFields.tokensSeen(field));
    NumericDocValues numbers = passageNumbers(segment, field);
    if (counts != null && numbers != null) {
      for (int doc = counts.nextDoc();
          doc != NumericDocValues.NO_MORE_DOCS;
          doc = counts.nextDoc()) {
        if (isFirst(numbers, doc)) {
          whole.set(doc);
        }
      }
    }
    return whole;
  }

  /** Whether a document's counts, if it has any, are such counts. */
  static boolean at(LeafReader segment, String field, int document) throws IOException {
    NumericDocValues numbers = passageNumbers(segment, field);
    return numbers != null && isFirst(numbers, document);
  }

  private static boolean isFirst(NumericDocValues numbers, int document) throws IOException {
    return numbers.advanceExact(document) && numbers.longValue() == 0;
  }

  /** The numbers of the passages in their texts; null if there are none of the layout FLAT. */
  private static NumericDocValues passageNumbers(LeafReader segment, String field)
      throws IOException {
    String marker = CompanionFields.passage(field);
    FieldInfo info = segment.getFieldInfos().fieldInfo(marker);
    return info != null && PassageLayout.FLAT.isDeclaredBy(info)
        ? segment.getNumericDocValues(marker)
        : null;
  }
}
