package dev.lucenesemantic.inference;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the objects outside of the Java heap that this library holds: sessions, tensors, results,
 * tokenizers. The garbage collector does not see them, so a count that keeps growing is a leak.
 */
public final class NativeHandles {
  private static final AtomicLong OPEN = new AtomicLong();

  private NativeHandles() {}

  /**
   * How many are open now, over all models of this process.
   *
   * @return the number; 0 when every model is closed and no call is running
   */
  public static long open() {
    return OPEN.get();
  }

  /** Counts {@code resource} until what is returned is closed. */
  static <T extends AutoCloseable> Handle<T> count(T resource) {
    OPEN.incrementAndGet();
    return new Handle<>(resource);
  }

  /** A native object that is counted while it is open. */
  static final class Handle<T extends AutoCloseable> implements AutoCloseable {
    private final T resource;
    private boolean closed;

    private Handle(T resource) {
      this.resource = resource;
    }

    T get() {
      return resource;
    }

    /** Frees the object; a second time does nothing. */
    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      OPEN.decrementAndGet();
      try {
        resource.close();
      } catch (Exception e) {
        throw new InferenceException("a native object cannot be freed: " + e, e);
      }
    }
  }
}
