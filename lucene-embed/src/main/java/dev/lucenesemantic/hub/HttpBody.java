package dev.lucenesemantic.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, read piece by piece by a thread that does not wait longer than it wants
 * to: the client's own stream would wait for a silent server for ever. A piece is asked for only
 * when the one before it was taken, so that a slow disk slows the server down and memory stays
 * small.
 */
final class HttpBody implements HttpResponse.BodySubscriber<HttpBody>, AutoCloseable {

  /** What arrives: a piece, the end, or the failure of the connection. */
  private sealed interface Arrival {
    record Piece(List<ByteBuffer> buffers) implements Arrival {}

    record End() implements Arrival {}

    record Failure(Throwable cause) implements Arrival {}
  }

  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private Flow.Subscription subscription;
  private boolean closed;

  @Override
  public CompletionStage<HttpBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    boolean wanted;
    synchronized (this) {
      subscription = given;
      wanted = !closed;
    }
    if (wanted) {
      given.request(1);
    } else {
      given.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    arrivals.add(new Arrival.Piece(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    arrivals.add(new Arrival.Failure(cause));
  }

  @Override
  public void onComplete() {
    arrivals.add(new Arrival.End());
  }

  /**
   * Waits for the next piece.
   *
   * @return the piece; null at the end of the body
   * @throws HttpTimeoutException if none comes in time
   * @throws IOException if the connection broke
   */
  List<ByteBuffer> next(Duration timeout) throws IOException, InterruptedException {
    Arrival arrival = arrivals.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    return switch (arrival) {
      case null -> throw new HttpTimeoutException("nothing came for " + timeout.toMillis() + " ms");
      case Arrival.End end -> null;
      case Arrival.Failure failure ->
          throw new IOException("the connection broke: " + failure.cause(), failure.cause());
      case Arrival.Piece piece -> {
        requestNext();
        yield piece.buffers();
      }
    };
  }

  private void requestNext() {
    Flow.Subscription current;
    synchronized (this) {
      current = closed ? null : subscription;
    }
    if (current != null) {
      current.request(1);
    }
  }

  /** Ends the connection if the body has not been read to its end. */
  @Override
  public void close() {
    Flow.Subscription current;
    synchronized (this) {
      closed = true;
      current = subscription;
    }
    if (current != null) {
      current.cancel();
    }
  }
}
