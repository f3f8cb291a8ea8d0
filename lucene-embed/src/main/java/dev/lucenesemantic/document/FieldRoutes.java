package dev.lucenesemantic.document;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The models to which fields are being led, by the application's name of the field. Documents that
 * are added meanwhile get vectors of theirs as well.
 */
final class FieldRoutes {
  private final Map<String, SecondVectors> led = new ConcurrentHashMap<>();

  /**
   * Shared by documents on their way into the index, exclusive for changing which vectors they get:
   * a document must not come in by the old rule when the new one is in force.
   */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** To be held while documents are on their way, from before their fields are looked at. */
  Lock underWay() {
    return lock.readLock();
  }

  boolean areNone() {
    return led.isEmpty();
  }

  /** The model to which a field is being led; null if to none. */
  SecondVectors of(String field) {
    return led.get(field);
  }

  /** Has the documents to come get second vectors. Waits for those on their way. */
  void lead(String field, SecondVectors to) {
    lock.writeLock().lock();
    try {
      led.put(field, to);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Has the documents to come get no second vectors any more. Waits for those on their way. */
  void end(String field) {
    lock.writeLock().lock();
    try {
      led.remove(field);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Ends all, because the index is empty. Waits for nobody: it is looked at again on adding. */
  void endAll() {
    led.clear();
  }
}
