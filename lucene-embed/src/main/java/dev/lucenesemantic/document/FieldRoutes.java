package dev.lucenesemantic.document;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.lucene.util.ThreadInterruptedException;

/**
 * The models to which fields are being led, by the application's name of the field. Documents that
 * are added meanwhile get vectors of theirs as well.
 *
 * <p>Documents on their way into the index keep to the rule that was in force when they began. Who
 * changes it can wait for them, and holds up none that begin meanwhile.
 */
final class FieldRoutes {
  /** How long a stop may go unnoticed. */
  private static final long POLL_MILLIS = 50;

  private final Map<String, SecondVectors> led = new ConcurrentHashMap<>();

  /** The Lucene fields of vectors of which all documents of the led field have one. */
  private final Set<String> filled = ConcurrentHashMap.newKeySet();

  /** The documents on their way, by the order in which they began. Guarded by itself. */
  private final TreeSet<Long> underWay = new TreeSet<>();

  private long begun;

  /**
   * Documents on their way.
   *
   * @param number in which order they began
   * @param filled the Lucene fields of vectors that were filled at that time
   */
  record UnderWay(long number, Set<String> filled) {
    /**
     * Whether all documents of the field that is being led there had one of these vectors when
     * these documents began: then searches may go by them, and a document without one would end
     * that. Who says so waits for those that began before.
     */
    boolean isFilled(String vectorField) {
      return filled.contains(vectorField);
    }
  }

  /** To be called before the fields of documents are looked at; returns what {@link #end} takes. */
  UnderWay begin() {
    synchronized (underWay) {
      UnderWay documents = new UnderWay(begun, Set.copyOf(filled));
      underWay.add(begun);
      begun++;
      return documents;
    }
  }

  /** To be called when they are in the index, or will not be. */
  void end(UnderWay documents) {
    synchronized (underWay) {
      underWay.remove(documents.number());
      underWay.notifyAll();
    }
  }

  boolean areNone() {
    return led.isEmpty();
  }

  /** The model to which a field is being led; null if to none. */
  SecondVectors of(String field) {
    return led.get(field);
  }

  /**
   * Says whether all documents have vectors of the model to which a field is being led. If it is
   * not any more, as in an emptied index, there is nothing to say.
   */
  void setFilled(String field, boolean all) {
    led.computeIfPresent(
        field,
        (name, to) -> {
          if (all) {
            filled.add(to.vectorField());
          } else {
            filled.remove(to.vectorField());
          }
          return to;
        });
  }

  /** Whether they have; of documents on their way {@link UnderWay} says what holds for them. */
  boolean isFilled(String field) {
    SecondVectors to = led.get(field);
    return to != null && filled.contains(to.vectorField());
  }

  /**
   * Has the documents to come get second vectors. Waits for those on their way.
   *
   * @param stop ends the waiting
   */
  void lead(String field, SecondVectors to, BooleanSupplier stop) {
    SecondVectors before = led.put(field, to);
    if (before != null && !before.vectorField().equals(to.vectorField())) {
      filled.remove(before.vectorField());
    }
    awaitUnderWay(stop);
  }

  /**
   * Has the documents to come get no second vectors any more. Waits for those on their way.
   *
   * @param stop ends the waiting; the field may then still be led
   */
  void unlead(String field, BooleanSupplier stop) {
    // First, or some would lose the second vectors without which no query finds them.
    if (awaitUnderWay(stop)) {
      setFilled(field, false);
      led.remove(field);
      awaitUnderWay(stop);
    }
  }

  /** Ends all, because the index is empty. Waits for nobody: it is looked at again on adding. */
  void unleadAll() {
    led.clear();
    filled.clear();
  }

  /**
   * Waits for the documents that are on their way now.
   *
   * @return whether all are done; if not, it was to stop
   */
  boolean awaitUnderWay(BooleanSupplier stop) {
    long next;
    synchronized (underWay) {
      next = begun;
    }
    while (!areDone(next)) {
      // Not within the lock: it may be the application's, and take its own.
      if (stop.getAsBoolean()) {
        return false;
      }
    }
    return true;
  }

  /** Waits a little, if there is something to wait for. */
  private boolean areDone(long next) {
    synchronized (underWay) {
      if (isAnyBefore(next)) {
        try {
          underWay.wait(POLL_MILLIS);
        } catch (InterruptedException e) {
          throw new ThreadInterruptedException(e);
        }
      }
      return !isAnyBefore(next);
    }
  }

  private boolean isAnyBefore(long next) {
    return !underWay.isEmpty() && underWay.first() < next;
  }
}
