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

/**
 * What an index writer has to know of passages: that a field keeps to one layout, and that who
 * deletes a parent deletes its passages.
 */
final class PassageBlocks {
  private final WriterGate gate;

  /** The layouts in the index, and those of what is being added, by the field that marks them. */
  private final Map<String, Claim> claims = new HashMap<>();

  /**
   * The fields of passages that Lucene has refused, and remembers as if the index had them: it was
   * looked. Guarded by {@link #claims}.
   */
  private final Set<String> absent = new HashSet<>();

  PassageBlocks(WriterGate gate) {
    this.gate = gate;
  }

  /**
   * Checks that documents can be added, before anything is encoded, and keeps their fields to their
   * layouts until they are {@link #release released}.
   *
   * @param block what is added together
   * @return the fields that mark its passages, to be released
   * @throws IllegalArgumentException if not
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
      claimed = true;
      return held;
    } finally {
      if (!claimed) {
        release(held, false);
      }
    }
  }

  private void claim(String marker, PassageLayout layout, Set<String> held) throws IOException {
    synchronized (claims) {
      Claim claim = claims.get(marker);
      Set<PassageLayout> known = claim == null ? inIndex(marker) : claim.layouts;
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
      if (claim == null) {
        claim = new Claim(EnumSet.of(layout), !known.isEmpty());
        claims.put(marker, claim);
        absent.remove(marker);
      }
      if (held.add(marker)) {
        claim.holders++;
      }
    }
  }

  /**
   * Ends what {@link #claim} began.
   *
   * @param held the fields that it returned
   * @param added whether the passages are in the index; if not, they keep no field to their layout
   */
  void release(Set<String> held, boolean added) {
    synchronized (claims) {
      for (String marker : held) {
        Claim claim = claims.get(marker);
        claim.holders--;
        claim.confirmed |= added;
        if (claim.holders == 0 && !claim.confirmed) {
          claims.remove(marker);
        }
      }
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

  private Set<PassageLayout> inIndex(String marker) throws IOException {
    if (!gate.writer().getFieldNames().contains(marker)) {
      return Set.of();
    }
    return gate.read(reader -> PassageLayout.ofMarker(reader, marker));
  }

  /** Whether the index has blocks of passages, or is about to have them. */
  boolean exist() throws IOException {
    synchronized (claims) {
      for (String field : gate.writer().getFieldNames()) {
        if (PassageNames.isMarker(field) && !claims.containsKey(field) && !absent.contains(field)) {
          Set<PassageLayout> known = inIndex(field);
          if (known.isEmpty()) {
            absent.add(field);
          } else {
            claims.put(field, new Claim(known, true));
          }
        }
      }
      return claims.values().stream()
          .anyMatch(claim -> claim.layouts.contains(PassageLayout.BLOCK));
    }
  }

  /** Forgets what is in the index, which was emptied, but not what is being added to it. */
  void forget() {
    synchronized (claims) {
      claims.values().removeIf(claim -> claim.holders == 0);
      claims.values().forEach(claim -> claim.confirmed = false);
      absent.clear();
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
