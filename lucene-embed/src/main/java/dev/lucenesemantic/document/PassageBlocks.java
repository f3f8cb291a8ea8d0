package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LiveIndexWriterConfig;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * What an index writer has to know of passages: that a field keeps to one layout, and that who
 * deletes a parent deletes its passages.
 */
final class PassageBlocks {
  private final WriterGate gate;
  private final IndexedFields fields;

  /** The layouts in the index, and those of what is being added, by the field that marks them. */
  private final FieldClaims<Set<PassageLayout>> claims = new FieldClaims<>(new OneLayout());

  /** Guards {@link #unaware}. */
  private final Object changing = new Object();

  /** How many changes run that know of no blocks. */
  private int unaware;

  PassageBlocks(WriterGate gate, IndexedFields fields) {
    this.gate = gate;
    this.fields = fields;
  }

  /**
   * Checks that documents can be added, before anything is encoded, and keeps their fields to their
   * layouts.
   *
   * @param block what is added together
   * @return the claims, to be confirmed when the passages are in the index, and closed
   * @throws IllegalArgumentException if not
   * @throws ThreadInterruptedException if the thread is interrupted while it waits for changes that
   *     know of no passages, before the first block
   */
  FieldClaims<Set<PassageLayout>>.Held claim(List<List<IndexableField>> block) throws IOException {
    List<Marked> marked = new ArrayList<>();
    for (List<IndexableField> document : block) {
      for (IndexableField field : document) {
        if (field != null && field.fieldType().getAttributes() != null) {
          addMarked(field.name(), field.fieldType().getAttributes(), marked);
        }
      }
    }
    if (!marked.isEmpty()) {
      requireUnsorted();
    }
    return claimMarked(marked);
  }

  /** A field that marks passages. */
  private record Marked(String marker, PassageLayout layout) {}

  private static void addMarked(String field, Map<String, String> attributes, List<Marked> marked) {
    if (PassageNames.isMarker(field)) {
      for (PassageLayout layout : PassageLayout.values()) {
        if (attributes.containsKey(layout.attribute())) {
          marked.add(new Marked(field, layout));
        }
      }
    }
  }

  private FieldClaims<Set<PassageLayout>>.Held claimMarked(List<Marked> marked) throws IOException {
    FieldClaims<Set<PassageLayout>>.Held held = claims.hold();
    Set<Marked> distinct = new LinkedHashSet<>(marked);
    boolean claimed = false;
    try {
      for (Marked each : distinct) {
        held.claim(each.marker(), EnumSet.of(each.layout()));
      }
      if (distinct.stream().anyMatch(each -> each.layout() == PassageLayout.BLOCK)) {
        awaitAware();
      }
      claimed = true;
      return held;
    } finally {
      if (!claimed) {
        held.close();
      }
    }
  }

  /** A delete that knows of no passages could take the parent of the first and leave these. */
  private void awaitAware() {
    synchronized (changing) {
      while (unaware > 0) {
        Interrupts.await(changing::wait);
      }
    }
  }

  /**
   * Checks that whole segments can be added, and keeps their fields to their layouts.
   *
   * @param segments their fields
   * @return the claims, to be confirmed when the passages are in the index, and closed
   * @throws IllegalArgumentException if one of their fields has passages of another layout here
   */
  FieldClaims<Set<PassageLayout>>.Held claimAll(List<FieldInfos> segments) throws IOException {
    List<Marked> marked = new ArrayList<>();
    for (FieldInfos infos : segments) {
      for (FieldInfo info : infos) {
        addMarked(info.name, info.attributes(), marked);
      }
    }
    return claimMarked(marked);
  }

  private void requireUnsorted() {
    LiveIndexWriterConfig config = gate.writer().getConfig();
    if (config.getIndexSort() != null && config.getParentField() == null) {
      throw new IllegalArgumentException(
          "the passages of a text stay together, and this index sorts its documents: name a parent"
              + " field with IndexWriterConfig.setParentField, so that it sorts blocks as a whole");
    }
  }

  /** A change of the index. */
  @FunctionalInterface
  interface Change {
    /**
     * @param blocks whether the index has blocks of passages, or is about to have them
     */
    long run(boolean blocks) throws IOException;
  }

  /** Does what depends on whether there are blocks: as long as it knows of none, none come. */
  long change(Change change) throws IOException {
    boolean blocks =
        claims.any(this::markers, layouts -> layouts.contains(PassageLayout.BLOCK), () -> count(1));
    try {
      return change.run(blocks);
    } finally {
      if (!blocks) {
        count(-1);
      }
    }
  }

  private void count(int change) {
    synchronized (changing) {
      unaware += change;
      changing.notifyAll();
    }
  }

  private List<String> markers() {
    return gate.writer().getFieldNames().stream().filter(PassageNames::isMarker).toList();
  }

  /** Forgets what is in the index, which was emptied, but not what is being added to it. */
  void forget() {
    claims.forgetAll();
  }

  /** The layouts of passages that segments declare. */
  private final class OneLayout implements FieldClaims.Rule<Set<PassageLayout>> {

    @Override
    public Optional<Set<PassageLayout>> inIndex(String marker, boolean now) throws IOException {
      Set<PassageLayout> declared =
          PassageLayout.of(now ? fields.now() : fields.declaring(marker), marker);
      return Optional.of(declared).filter(layouts -> !layouts.isEmpty());
    }

    @Override
    public boolean accepts(Set<PassageLayout> kept, Set<PassageLayout> wanted) {
      return kept.equals(wanted);
    }

    @Override
    public RuntimeException refusal(
        String marker, Set<PassageLayout> kept, Set<PassageLayout> wanted) {
      return new IllegalArgumentException(
          "Cannot add passages of layout "
              + wanted.iterator().next()
              + ", marked by field '"
              + marker
              + "', to those of "
              + kept
              + " in the index: a field keeps to one layout. Take that one, or another field");
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
