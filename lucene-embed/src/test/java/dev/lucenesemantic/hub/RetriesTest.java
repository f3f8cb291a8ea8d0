package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** When another attempt is worth its time. */
class RetriesTest {
  private final List<Duration> pauses = new ArrayList<>();

  @Test
  void aThreadThatIsToEndDoesNotTryAgain() {
    Retries retries = new Retries(5, pauses::add);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> retries.after(new ClosedByInterruptException()));
    assertFalse(Thread.interrupted());
    assertEquals(List.of(), pauses);
  }

  @Test
  void thereAreAsManyAsAllowedAndProgressStartsAnew() throws Exception {
    Retries retries = new Retries(2, pauses::add);
    IOException failure = new IOException("cut");
    retries.after(failure);
    retries.after(failure);
    assertSame(failure, assertThrows(IOException.class, () -> retries.after(failure)));
    retries.progressed();
    retries.after(failure);
    assertEquals(3, pauses.size());
  }

  @Test
  void aFullDiskAndAWrongCertificateStayWhatTheyAre() {
    Retries retries = new Retries(2, pauses::add);
    for (IOException failure :
        List.of(
            new LocalFileException("full", new IOException()),
            new SSLHandshakeException("who are you?"))) {
      assertSame(failure, assertThrows(IOException.class, () -> retries.after(failure)));
    }
    assertEquals(List.of(), pauses);
  }

  @Test
  void aByteNowAndThenIsTooSlow() throws Exception {
    AtomicLong nanos = new AtomicLong();
    Pace pace = new Pace(nanos::get);
    for (int minute = 0; minute < 10; minute++) {
      nanos.addAndGet(Duration.ofSeconds(61).toNanos());
      pace.add(60 << 10);
    }
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    pace.add(1);
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThrows(HttpTimeoutException.class, () -> pace.add(1));
  }
}
