package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;

/**
 * What an index writer has to know of passages: that a field keeps to one layout, and that who
 * deletes a parent deletes its passages.
 */
final class PassageBlocks {
  private final IndexWriter writer;

  /** The layouts in the index, and those of what is being added, by the field that marks them. */
  private final Map<String, Set<PassageLayout>> layouts = new HashMap<>();

  PassageBlocks(IndexWriter writer) {
    this.writer = writer;
  }

  /**
   * Checks that documents can be added, before anything is encoded.
   *
   * @param block what is added together
   * @throws IllegalArgumentException if not
   */
  void check(List<List<IndexableField>> block) throws IOException {
    for (List<IndexableField> document : block) {
      for (IndexableField field : document) {
        if (field != null && PassageNames.isMarker(field.name())) {
          for (PassageLayout layout : PassageLayout.values()) {
            Map<String, String> attributes = field.fieldType().getAttributes();
            if (attributes != null && attributes.containsKey(layout.attribute())) {
              requireLayout(field.name(), layout);
              requireUnsorted();
            }
          }
        }
      }
    }
  }

  private void requireLayout(String marker, PassageLayout layout) throws IOException {
    synchronized (layouts) {
      Set<PassageLayout> known = layouts(marker);
      if (!known.isEmpty() && !known.equals(EnumSet.of(layout))) {
        throw new IllegalArgumentException(
            "Cannot add passages of layout "
                + layout
                + ", marked by field '"
                + marker
                + "', to those of "
                + known
                + " in the index: a field keeps to one layout. Take that one, or another field");
      }
      known.add(layout);
      layouts.put(marker, known);
    }
  }

  /**
   * Checks that whole segments can be added.
   *
   * @param segments their fields
   * @throws IllegalArgumentException if one of their fields has passages of another layout here
   */
  void checkAll(List<FieldInfos> segments) throws IOException {
    for (FieldInfos infos : segments) {
      for (FieldInfo info : infos) {
        for (PassageLayout layout : PassageLayout.values()) {
          if (PassageNames.isMarker(info.name) && info.getAttribute(layout.attribute()) != null) {
            requireLayout(info.name, layout);
          }
        }
      }
    }
  }

  private void requireUnsorted() {
    if (writer.getConfig().getIndexSort() != null && writer.getConfig().getParentField() == null) {
      throw new IllegalArgumentException(
          "the passages of a text stay together, and this index sorts its documents: name a parent"
              + " field with IndexWriterConfig.setParentField, so that it sorts blocks as a whole");
    }
  }

  /** Guarded by {@link #layouts}. */
  private Set<PassageLayout> layouts(String marker) throws IOException {
    Set<PassageLayout> known = layouts.get(marker);
    if (known == null) {
      known = EnumSet.noneOf(PassageLayout.class);
      if (writer.getFieldNames().contains(marker)) {
        try (DirectoryReader reader = DirectoryReader.open(writer)) {
          known = PassageLayout.ofMarker(reader, marker);
        }
      }
      // None may be some in a moment, when an addIndexes comes to its end.
      if (!known.isEmpty()) {
        layouts.put(marker, known);
      }
    }
    return known;
  }

  /** Whether the index has blocks of passages, or is about to have them. */
  boolean exist() throws IOException {
    synchronized (layouts) {
      for (String field : writer.getFieldNames()) {
        if (PassageNames.isMarker(field)) {
          layouts(field);
        }
      }
      return layouts.values().stream().anyMatch(known -> known.contains(PassageLayout.BLOCK));
    }
  }

  /** Forgets what is in the index, which was emptied or got documents from elsewhere. */
  void forget() {
    synchronized (layouts) {
      layouts.clear();
    }
  }

  /**
   * Matches the documents that match a query, and their passages. What a passage itself has or has
   * not does not count: or a query for what lacks something would take the passages of all.
   */
  static Query withPassages(Query query) {
    Query parents =
        new BooleanQuery.Builder()
            .add(query, Occur.MUST)
            .add(new ParentsQuery(), Occur.FILTER)
            .build();
    return new BooleanQuery.Builder()
        .add(parents, Occur.SHOULD)
        .add(new ToChildBlockJoinQuery(parents, PassageParents.get()), Occur.SHOULD)
        .build();
  }

  static Query[] withPassages(Query... queries) {
    return Arrays.stream(queries).map(PassageBlocks::withPassages).toArray(Query[]::new);
  }
}
