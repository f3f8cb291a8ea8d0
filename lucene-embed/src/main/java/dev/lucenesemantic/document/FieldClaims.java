package dev.lucenesemantic.document;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What the fields of an index are kept to, each to one thing: its vectors to a model, its passages
 * to a layout. A field is claimed before something of it comes in. A claim is kept as long as
 * somebody holds it, and then if it was confirmed, or if the index had the field before.
 *
 * <p>Nobody else has to wait while the index is looked at, which can take as long as a document. So
 * what is seen there counts only if no claim was dropped meanwhile, which may have been the one of
 * what has just come in.
 *
 * @param <T> what fields are kept to
 */
final class FieldClaims<T> {

  /** What the index says of fields, and what they take. */
  interface Rule<T> {
    /**
     * What the index keeps a field to.
     *
     * @param now whether what has gone since the first look must not count
     * @return empty if it has nothing of the field
     */
    Optional<T> inIndex(String field, boolean now) throws IOException;

    /** Whether a field that is kept to something takes this. */
    boolean accepts(T kept, T wanted);

    /** Says that it does not. */
    RuntimeException refusal(String field, T kept, T wanted);
  }

  /** What a field is kept to. Guarded by the claims that it is one of. */
  private static final class Claim<T> {
    private final String field;
    private final T kept;

    /** Whether the index is known to have something of the field. */
    private boolean confirmed;

    /** How many are about to add some. */
    private int holders;

    private Claim(String field, T kept, boolean confirmed) {
      this.field = field;
      this.kept = kept;
      this.confirmed = confirmed;
    }
  }

  /**
   * @param outdated how often claims had been dropped before
   */
  private record Seen<T>(Optional<T> inIndex, int outdated) {}

  private final Rule<T> rule;
  private final Map<String, Claim<T>> claims = new HashMap<>();

  /**
   * Fields that Lucene knows and the index has nothing of, as of a document that was refused: they
   * were looked at.
   */
  private final Set<String> absent = new HashSet<>();

  /** How often what was seen in the index may have become outdated. */
  private int outdated;

  FieldClaims(Rule<T> rule) {
    this.rule = rule;
  }

  /** Makes room for claims. */
  Held hold() {
    return new Held();
  }

  /** Claims that somebody holds, until they are closed. */
  final class Held implements AutoCloseable {
    private final List<Claim<T>> held = new ArrayList<>();

    private Held() {}

    /**
     * Keeps a field to something.
     *
     * @throws RuntimeException the rule's refusal, if the field is kept to something else
     */
    void claim(String field, T wanted) throws IOException {
      FieldClaims.this.claim(field, wanted, held);
    }

    /** Says that the index has what was claimed. To be called before it can be emptied. */
    void confirm() {
      synchronized (FieldClaims.this) {
        held.forEach(claim -> claim.confirmed = true);
      }
    }

    /** Lets go of the claims: what did not come in must not keep its field. */
    @Override
    public void close() {
      letGo(held);
    }
  }

  private void claim(String field, T wanted, List<Claim<T>> held) throws IOException {
    Seen<T> seen = null;
    boolean now = false;
    while (true) {
      int before;
      synchronized (this) {
        Claim<T> claim = claims.get(field);
        boolean known = claim != null;
        if (!known && seen != null && seen.outdated == outdated) {
          claim = new Claim<>(field, seen.inIndex.orElse(wanted), seen.inIndex.isPresent());
        }
        if (claim != null && rule.accepts(claim.kept, wanted)) {
          claims.put(field, claim);
          absent.remove(field);
          claim.holders++;
          held.add(claim);
          return;
        }
        if (claim != null && (known || now)) {
          throw rule.refusal(field, claim.kept, wanted);
        }
        // What was in the index at first may have gone.
        now = claim != null;
        before = outdated;
      }
      seen = new Seen<>(rule.inIndex(field, now), before);
    }
  }

  private synchronized void letGo(List<Claim<T>> held) {
    for (Claim<T> claim : held) {
      claim.holders--;
      dropUnneeded(claim);
    }
    held.clear();
  }

  private void dropUnneeded(Claim<T> claim) {
    if (claim.holders == 0 && !claim.confirmed) {
      outdated++;
      // Unless all were dropped, and the field is another's.
      claims.remove(claim.field, claim);
    }
  }

  /** Forgets what is in the index of a field, but not what is being added to it. */
  synchronized void forget(String field) {
    outdated++;
    Claim<T> claim = claims.get(field);
    if (claim != null) {
      claim.confirmed = false;
      dropUnneeded(claim);
    }
  }

  /** Forgets what is in the index, but not what is being added to it. */
  synchronized void forgetAll() {
    outdated++;
    absent.clear();
    for (Claim<T> claim : List.copyOf(claims.values())) {
      claim.confirmed = false;
      dropUnneeded(claim);
    }
  }

  /** Drops all claims: who holds one has to claim again before something comes in. */
  synchronized void dropAll() {
    outdated++;
    absent.clear();
    claims.clear();
  }

  /**
   * Whether one of some fields is kept to something of a kind.
   *
   * @param fields the fields; asked for again after each look into the index
   * @param ifNone is done if none is, before one can be claimed
   */
  boolean any(Supplier<? extends Collection<String>> fields, Predicate<T> kind, Runnable ifNone)
      throws IOException {
    Map<String, Seen<T>> seen = new HashMap<>();
    while (true) {
      List<String> unknown = new ArrayList<>();
      int before;
      synchronized (this) {
        seen.forEach(this::learn);
        for (String field : fields.get()) {
          if (!claims.containsKey(field) && !absent.contains(field)) {
            unknown.add(field);
          }
        }
        if (unknown.isEmpty()) {
          boolean any = claims.values().stream().anyMatch(claim -> kind.test(claim.kept));
          if (!any) {
            ifNone.run();
          }
          return any;
        }
        before = outdated;
      }
      seen.clear();
      for (String field : unknown) {
        seen.put(field, new Seen<>(rule.inIndex(field, false), before));
      }
    }
  }

  private void learn(String field, Seen<T> seen) {
    if (seen.outdated == outdated && !claims.containsKey(field)) {
      seen.inIndex.ifPresentOrElse(
          kept -> claims.put(field, new Claim<>(field, kept, true)), () -> absent.add(field));
    }
  }
}
