package dev.lucenesemantic.document;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexReader;

/** How the passages of a long text lie in the index. */
public enum PassageLayout {
  /**
   * Each passage is a document of its own, and their parent is the document behind them, with the
   * fields that the user gave it. Together they are a block, as Lucene's joins want it.
   */
  BLOCK,

  /**
   * Each passage is a document with all the fields that the user gave the parent, and there is no
   * other document. Any query on such a field is a filter for passages.
   */
  FLAT;

  /** The layout is part of the key, because a merge of segments unites keys. */
  String attribute() {
    return "semantic.passages." + name().toLowerCase(Locale.ROOT);
  }

  /** Whether a segment has passages of this layout, marked by a field. */
  boolean isDeclaredBy(FieldInfo marker) {
    return PassageNames.isMarker(marker.getName()) && marker.getAttribute(attribute()) != null;
  }

  /**
   * The layouts that the passages of a field have in an index.
   *
   * @param reader the index
   * @param field the name of the field that was given the long texts
   * @return a new set; empty if there are no passages, and with more than one layout only if
   *     different indexes were put together
   */
  public static Set<PassageLayout> of(IndexReader reader, String field) {
    return of(IndexedFields.of(reader), new PassageNames(field).marker());
  }

  /** The layouts that segments declare for passages with this marker. */
  static Set<PassageLayout> of(List<FieldInfos> segments, String marker) {
    Set<PassageLayout> layouts = EnumSet.noneOf(PassageLayout.class);
    for (FieldInfos infos : segments) {
      FieldInfo info = infos.fieldInfo(marker);
      if (info != null) {
        for (PassageLayout layout : values()) {
          if (layout.isDeclaredBy(info)) {
            layouts.add(layout);
          }
        }
      }
    }
    return layouts;
  }
}
