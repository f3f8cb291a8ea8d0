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

  /** The fields of which all documents have vectors of the model to which they are being led. */
  private final Set<String> filled = ConcurrentHashMap.newKeySet();

  /** The documents on their way, by the order in which they began. Guarded by itself. */
  private final TreeSet<Long> underWay = new TreeSet<>();

  private long begun;

  /** To be called before the fields of documents are looked at; returns what {@link #end} takes. */
  long begin() {
    synchronized (underWay) {
      underWay.add(begun);
      return begun++;
    }
  }

  /** To be called when they are in the index, or will not be. */
  void end(long documents) {
    synchronized (underWay) {
      underWay.remove(documents);
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
    if (all) {
      led.computeIfPresent(
          field,
          (name, to) -> {
            filled.add(name);
            return to;
          });
    } else {
      filled.remove(field);
    }
  }

  /**
   * Whether they have: then searches may go by that model, and a document without a vector of it
   * would end them.
   */
  boolean isFilled(String field) {
    return filled.contains(field);
  }

  /**
   * Has the documents to come get second vectors. Waits for those on their way.
   *
   * @param stop ends the waiting
   */
  void lead(String field, SecondVectors to, BooleanSupplier stop) {
    SecondVectors before = led.put(field, to);
    if (before != null && !before.vectorField().equals(to.vectorField())) {
      filled.remove(field);
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
      led.remove(field);
      filled.remove(field);
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
    synchronized (underWay) {
      long next = begun;
      while (!underWay.isEmpty() && underWay.first() < next) {
        if (stop.getAsBoolean()) {
          return false;
        }
        try {
          underWay.wait(POLL_MILLIS);
        } catch (InterruptedException e) {
          throw new ThreadInterruptedException(e);
        }
      }
      return true;
    }
  }
}
