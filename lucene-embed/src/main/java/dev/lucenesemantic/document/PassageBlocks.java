package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private final Map<String, Claim> claims = new HashMap<>();

  /**
   * The fields of passages that Lucene has refused, and remembers as if the index had them: it was
   * looked. Guarded by {@link #claims}.
   */
  private final Set<String> absent = new HashSet<>();

  /** How often what was seen in the index has become outdated. Guarded by {@link #claims}. */
  private int outdated;

  /** How many changes run that know of no blocks. Guarded by {@link #claims}. */
  private int unaware;

  PassageBlocks(WriterGate gate, IndexedFields fields) {
    this.gate = gate;
    this.fields = fields;
  }

  /**
   * Checks that documents can be added, before anything is encoded, and keeps their fields to their
   * layouts until they are {@link #release released}.
   *
   * @param block what is added together
   * @return the fields that mark its passages, to be released
   * @throws IllegalArgumentException if not
   * @throws ThreadInterruptedException if the thread is interrupted while it waits for changes that
   *     know of no passages, before the first block
   */
  Set<String> claim(List<List<IndexableField>> block) throws IOException {
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

  private Set<String> claimMarked(List<Marked> marked) throws IOException {
    Set<String> held = new HashSet<>();
    boolean claimed = false;
    try {
      for (Marked each : marked) {
        claim(each.marker(), each.layout(), held);
      }
      if (marked.stream().anyMatch(each -> each.layout() == PassageLayout.BLOCK)) {
        awaitAware();
      }
      claimed = true;
      return held;
    } finally {
      if (!claimed) {
        release(held);
      }
    }
  }

  /** As in {@link ModelGuard}, nobody else has to wait while the index is looked at. */
  private void claim(String marker, PassageLayout layout, Set<String> held) throws IOException {
    boolean now = false;
    Set<PassageLayout> inIndex = null;
    int seen = 0;
    while (true) {
      synchronized (claims) {
        Claim claim = claims.get(marker);
        boolean known = claim != null;
        if (!known && inIndex != null && seen == outdated) {
          claim = new Claim(inIndex.isEmpty() ? EnumSet.of(layout) : inIndex, !inIndex.isEmpty());
        }
        if (claim != null && claim.layouts.equals(EnumSet.of(layout))) {
          claims.put(marker, claim);
          absent.remove(marker);
          if (held.add(marker)) {
            claim.holders++;
          }
          return;
        }
        if (claim != null && (known || now)) {
          throw mismatch(marker, claim.layouts, layout);
        }
        // What was in the index at first may have gone.
        now = claim != null;
        seen = outdated;
      }
      inIndex = PassageLayout.of(now ? fields.now() : fields.declaring(marker), marker);
    }
  }

  private static IllegalArgumentException mismatch(
      String marker, Set<PassageLayout> known, PassageLayout layout) {
    return new IllegalArgumentException(
        "Cannot add passages of layout "
            + layout
            + ", marked by field '"
            + marker
            + "', to those of "
            + known
            + " in the index: a field keeps to one layout. Take that one, or another field");
  }

  /** A delete that knows of no passages could take the parent of the first and leave these. */
  private void awaitAware() {
    synchronized (claims) {
      while (unaware > 0) {
        Interrupts.await(claims::wait);
      }
    }
  }

  /**
   * Ends what {@link #claim} began.
   *
   * @param held the fields that it returned
   */
  void release(Set<String> held) {
    synchronized (claims) {
      for (String marker : held) {
        Claim claim = claims.get(marker);
        claim.holders--;
        if (claim.holders == 0 && !claim.confirmed) {
          outdated++;
          claims.remove(marker);
        }
      }
    }
  }

  /**
   * Says that passages are in the index; if not, they keep no field to their layout. To be called
   * before the index can be emptied.
   *
   * @param held the fields that {@link #claim} returned
   */
  void confirm(Set<String> held) {
    synchronized (claims) {
      held.forEach(marker -> claims.get(marker).confirmed = true);
    }
  }

  /**
   * Checks that whole segments can be added, and keeps their fields to their layouts.
   *
   * @param segments their fields
   * @return the fields that mark their passages, to be released
   * @throws IllegalArgumentException if one of their fields has passages of another layout here
   */
  Set<String> claimAll(List<FieldInfos> segments) throws IOException {
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
    boolean blocks = exist();
    try {
      return change.run(blocks);
    } finally {
      if (!blocks) {
        synchronized (claims) {
          unaware--;
          claims.notifyAll();
        }
      }
    }
  }

  /**
   * Whether the index has blocks of passages, or is about to have them. If not, none come until
   * {@link #unaware} is counted down again.
   */
  private boolean exist() throws IOException {
    Map<String, Set<PassageLayout>> inIndex = new HashMap<>();
    int seen = 0;
    while (true) {
      List<String> unknown = new ArrayList<>();
      synchronized (claims) {
        if (seen == outdated) {
          inIndex.forEach(this::learn);
        }
        for (String field : gate.writer().getFieldNames()) {
          if (PassageNames.isMarker(field)
              && !claims.containsKey(field)
              && !absent.contains(field)) {
            unknown.add(field);
          }
        }
        if (unknown.isEmpty()) {
          boolean exist =
              claims.values().stream()
                  .anyMatch(claim -> claim.layouts.contains(PassageLayout.BLOCK));
          unaware += exist ? 0 : 1;
          return exist;
        }
        seen = outdated;
      }
      inIndex.clear();
      for (String field : unknown) {
        inIndex.put(field, PassageLayout.of(fields.declaring(field), field));
      }
    }
  }

  private void learn(String marker, Set<PassageLayout> inIndex) {
    if (!claims.containsKey(marker)) {
      if (inIndex.isEmpty()) {
        absent.add(marker);
      } else {
        claims.put(marker, new Claim(inIndex, true));
      }
    }
  }

  /** Forgets what is in the index, which was emptied, but not what is being added to it. */
  void forget() {
    synchronized (claims) {
      claims.values().removeIf(claim -> claim.holders == 0);
      claims.values().forEach(claim -> claim.confirmed = false);
      absent.clear();
      outdated++;
    }
  }

  /** What a field is kept to. Guarded by {@link #claims}. */
  private static final class Claim {
    final Set<PassageLayout> layouts;

    /** Whether passages of the field are known to be in the index. */
    boolean confirmed;

    /** How many are about to add some. */
    int holders;

    Claim(Set<PassageLayout> layouts, boolean confirmed) {
      this.layouts = layouts;
      this.confirmed = confirmed;
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
