package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.model.OnnxChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens on the way, a file gets its name only when it is whole and right. */
class BlobDownloadTest extends HubTestCase {
  private static final String NETWORK = "onnx/model.onnx";

  private byte[] content() {
    return hub.content(NETWORK);
  }

  private List<String> ranges() {
    return hub.requests().stream()
        .filter(request -> request.path().equals("/files/" + NETWORK))
        .map(request -> request.range().orElse("all"))
        .toList();
  }

  private void always(FakeHub.Behaviour behaviour) {
    FakeHub.Behaviour[] many = new FakeHub.Behaviour[40];
    Arrays.fill(many, behaviour);
    hub.script(NETWORK, many);
  }

  // ---- cut connections --------------------------------------------------------------------------

  @Test
  void aCutConnectionIsResumedWhereItEnded() throws IOException {
    hub.script(NETWORK, FakeHub.cutAt(100_000), FakeHub.cutAt(200_000));
    assertComplete(fetch(settings()));
    assertEquals(List.of("all", "bytes=100000-", "bytes=200000-"), ranges());
  }

  @Test
  void anotherProcessGoesOnWhereOneHasGivenUp() throws IOException {
    always(FakeHub.cutAt(100_000));
    // With nothing of the body the JDK says that in words of its own.
    fails(settings(), "cannot be fetched from", "goes on from there");
    assertNothingHalf();
    assertArrayEquals(Arrays.copyOf(content(), 100_000), Files.readAllBytes(incomplete(NETWORK)));
    hub.forget();
    hub.script(NETWORK);
    FakeHub other = hub;
    hub = new FakeHub().putSmallModel();
    other.close();
    assertComplete(fetch(settings()));
    assertEquals(List.of("bytes=100000-"), ranges());
    assertEquals(List.of(NETWORK), hub.given(), "all else was there");
  }

  @Test
  void aServerWithoutRangesStartsAnew() throws IOException {
    hub.script(NETWORK, FakeHub.cutAt(100_000), FakeHub.wholeFile());
    assertComplete(fetch(settings()));
    assertEquals(List.of("all", "bytes=100000-"), ranges());
  }

  @Test
  void aServerThatIsAlwaysCutAtTheSamePlaceIsGivenUp() throws IOException {
    always(
        (exchange, whole) -> {
          exchange.sendResponseHeaders(200, whole.length);
          exchange.getResponseBody().write(whole, 0, 150_000);
          return true;
        });
    fails(settings(), "someone/some-model@main");
    assertNothingHalf();
    assertTrue(ranges().size() <= 2 + Retries.DEFAULT, ranges().toString());
  }

  @Test
  void aPartFromAnotherPlaceIsNotAppended() throws IOException {
    hub.script(
        NETWORK,
        FakeHub.cutAt(100_000),
        (exchange, whole) -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 0-299999/300000");
          FakeHub.send(exchange, 206, whole);
          return true;
        });
    assertComplete(fetch(settings()));
    assertEquals(List.of("all", "bytes=100000-", "bytes=100000-"), ranges());
  }

  @Test
  void aRangeThatIsRefusedStartsAnew() throws IOException {
    hub.script(NETWORK, FakeHub.cutAt(100_000), FakeHub.status(416));
    assertComplete(fetch(settings()));
    assertEquals(List.of("all", "bytes=100000-", "all"), ranges());
  }

  @Test
  void anEmptyFileIsAFile() throws IOException {
    hub.put("vocab.txt", "");
    assertEquals(0, Files.size(fetch(settings()).resolve("vocab.txt")));
  }

  // ---- wrong contents ---------------------------------------------------------------------------

  @Test
  void aWrongContentLeavesNothing() throws IOException {
    byte[] wrong = content().clone();
    wrong[299_999] ^= 1;
    always(FakeHub.instead(wrong));
    fails(settings(), NETWORK, FakeHub.hash(NETWORK, content()), FakeHub.hash(NETWORK, wrong));
    assertNothingHalf();
    assertFalse(Files.exists(incomplete(NETWORK)));
    assertEquals(2, ranges().size(), "tried once more, and not for ever");
  }

  @Test
  void aSmallFileIsCheckedAsWell() throws IOException {
    byte[] wrong = hub.content("config.json").clone();
    wrong[0] = '[';
    hub.script("config.json", FakeHub.instead(wrong), FakeHub.instead(wrong));
    fails(settings(), "config.json", FakeHub.hash("config.json", hub.content("config.json")));
    assertNothingHalf();
    assertFalse(Files.exists(blob("config.json")));
  }

  @Test
  void aDamagedPartIsThrownAwayAndFetchedAnew() throws IOException {
    Files.createDirectories(incomplete(NETWORK).getParent());
    Files.write(incomplete(NETWORK), new byte[100_000]);
    assertComplete(fetch(settings()));
    assertEquals(List.of("bytes=100000-", "all"), ranges());
  }

  @Test
  void aPartThatIsLongerThanTheFileIsThrownAway() throws IOException {
    Files.createDirectories(incomplete(NETWORK).getParent());
    Files.write(incomplete(NETWORK), new byte[300_001]);
    assertComplete(fetch(settings()));
    assertEquals(List.of("all"), ranges());
  }

  @Test
  void aPartThatIsWholeIsOnlyChecked() throws IOException {
    Files.createDirectories(incomplete(NETWORK).getParent());
    Files.write(incomplete(NETWORK), content());
    assertComplete(fetch(settings()));
    assertEquals(List.of(), ranges());
  }

  // ---- refusals ---------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "403, GatedRepo, is gated: visit",
    "401, GatedRepo, is gated: visit",
    "404, RepoNotFound, there is no such model on the hub",
    "401, RepoNotFound, or it is private",
    "401, '', give a token (HF_TOKEN",
    "403, '', the hub refuses to give it",
    "410, '', the hub does not give it any more",
    "451, '', for legal reasons",
    "204, '', not the whole file",
    "206, '', not the whole file",
    "404, RevisionNotFound, not this revision",
    "418, '', the hub does not give it",
  })
  void aRefusalNamesThePageToVisit(int status, String code, String expected) throws IOException {
    hub.script("listing", FakeHub.status(status, "X-Error-Code", code));
    fails(settings(), expected, hub.endpoint().toString(), "HTTP " + status);
    assertEquals(List.of(), pauses, "nobody is asked again who has said no");
    assertNothingHalf();
  }

  @Test
  void aTokenThatIsNotAcceptedIsNamedAsTheReason() {
    hub.script("listing", FakeHub.status(401));
    HubException e = fails(settings().withToken("hf_secret"), "does not accept the token");
    assertFalse(e.getMessage().contains("hf_secret"), e.getMessage());
    hub.script("listing", FakeHub.status(403, "X-Error-Code", "GatedRepo"));
    fails(settings().withToken("hf_secret"), "belongs to the same account");
  }

  @Test
  void whatTheHubSaysOfARefusalIsPassedOn() {
    hub.script("listing", FakeHub.status(403, "X-Error-Message", "Access to it is disabled."));
    HubException e = fails(settings(), "refuses", "(Access to it is disabled.)", "/some-model");
    assertFalse(e.getMessage().contains("gated"), e.getMessage());
    assertFalse(e.isNowhere());
    hub.script("listing", FakeHub.status(404, "X-Error-Code", "RepoNotFound"));
    assertTrue(fails(settings()).isNowhere());
  }

  @Test
  void aFileThatIsGatedLeavesNothing() throws IOException {
    hub.script("resolve " + NETWORK, FakeHub.status(403, "X-Error-Code", "GatedRepo"));
    fails(settings(), "is gated: visit " + hub.endpoint() + "/someone/some-model");
    assertNothingHalf();
    assertComplete(fetch(settings()));
  }

  @Test
  void aFileThatIsGoneLeavesNothing() throws IOException {
    hub.script("resolve " + NETWORK, FakeHub.status(404, "X-Error-Code", "EntryNotFound"));
    fails(settings(), "is gone from the hub");
    assertNothingHalf();
  }

  @Test
  void aFileThatIsListedAndNotThereIsNoMissingModel() throws IOException {
    hub.script("resolve " + NETWORK, FakeHub.status(404));
    fails(settings(), "a file of it is gone from the hub, which lists it", NETWORK);
    assertNothingHalf();
  }

  @Test
  void aRedirectThatLeadsNowhereIsSaidAtOnce() throws IOException {
    hub.script("listing", FakeHub.status(307));
    fails(settings(), "HTTP 307", "does not say where to", "proxy");
    assertEquals(List.of(), pauses);
    hub.script("resolve " + NETWORK, FakeHub.status(302));
    fails(settings(), "HTTP 302", "does not say where to");
  }

  @Test
  void whatComesCompressedIsRefusedAtOnce() throws IOException {
    FakeHub.Behaviour compressed =
        (exchange, content) -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          return false;
        };
    hub.script("listing", compressed);
    fails(settings(), "Content-Encoding: gzip", "asked for as it is", "proxy");
    assertEquals(List.of(), pauses);
    hub.script(NETWORK, compressed);
    fails(settings(), "Content-Encoding: gzip");
  }

  @Test
  void aSignatureThatHasExpiredIsFetchedAnewFromTheHub() throws IOException {
    hub.script(NETWORK, FakeHub.cutAt(100_000), FakeHub.status(403));
    assertComplete(fetch(settings()));
    assertEquals(3, ranges().size());
    long atHub =
        hub.requests().stream().filter(request -> request.path().endsWith("/" + NETWORK)).count();
    assertEquals(6, atHub, "each time by way of the hub");
  }

  // ---- overload ---------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void aPassingFailureIsTriedAgain(int status) throws IOException {
    hub.script("listing", FakeHub.status(status));
    hub.script(NETWORK, FakeHub.status(status));
    assertComplete(fetch(settings()));
    assertEquals(2, pauses.size());
  }

  @Test
  void pausesBecomeLonger() throws IOException {
    always(FakeHub.status(500));
    fails(settings(), "HTTP 500", "try again later");
    assertEquals(Retries.DEFAULT, pauses.size());
    long[] seconds = {1, 2, 4, 8, 8};
    for (int i = 0; i < seconds.length; i++) {
      Duration least = Duration.ofSeconds(seconds[i]);
      assertTrue(pauses.get(i).compareTo(least) >= 0, pauses.toString());
      assertTrue(
          pauses.get(i).compareTo(least.multipliedBy(5).dividedBy(4)) <= 0, pauses.toString());
    }
    assertNothingHalf();
  }

  @Test
  void theServerSaysHowLongToWait() throws IOException {
    hub.script("listing", FakeHub.status(429, "Retry-After", "37"));
    fetch(settings());
    assertEquals(List.of(Duration.ofSeconds(38)), pauses);
  }

  @Test
  void theServerSaysUntilWhenToWait() throws IOException {
    String then =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(2));
    hub.script("listing", FakeHub.status(503, "Retry-After", then));
    fetch(settings());
    assertTrue(pauses.get(0).compareTo(Duration.ofMinutes(2).plusSeconds(1)) <= 0);
    assertTrue(pauses.get(0).compareTo(Duration.ofSeconds(30)) >= 0);
  }

  @Test
  void theHubsOwnHeaderCountsAsWell() throws IOException {
    hub.script("listing", FakeHub.status(429, "RateLimit", "\"api\";r=0;t=55"));
    fetch(settings());
    assertEquals(List.of(Duration.ofSeconds(56)), pauses);
  }

  @Test
  void aServerThatWantsToBeLeftAloneForLongIsNotWaitedFor() throws IOException {
    hub.script("listing", FakeHub.status(429, "Retry-After", "3600"));
    fails(settings(), "try again in 60 minutes");
    assertEquals(List.of(), pauses);
    assertNothingHalf();
    String then =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusDays(3));
    hub.script("listing", FakeHub.status(429, "Retry-After", then));
    fails(settings(), "try again in 3 days");
  }

  // ---- silence ----------------------------------------------------------------------------------

  private FakeHub.Behaviour silentAfter(int bytes, CountDownLatch end) {
    return (exchange, whole) -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      assertEquals(null, range);
      exchange.sendResponseHeaders(200, whole.length);
      exchange.getResponseBody().write(whole, 0, bytes);
      exchange.getResponseBody().flush();
      await(end);
      return true;
    };
  }

  private static void await(CountDownLatch end) {
    try {
      end.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aServerThatFallsSilentIsLeftAndResumed() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    hub.script(NETWORK, silentAfter(100_000, end));
    try {
      assertComplete(fetch(withTimeout(settings(), Duration.ofMillis(500))));
    } finally {
      end.countDown();
    }
    assertEquals(List.of("all", "bytes=100000-"), ranges());
  }

  @Test
  void aServerThatNeverAnswersIsAskedAgain() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    hub.script(
        "listing",
        (exchange, whole) -> {
          await(end);
          return false;
        });
    try {
      assertComplete(fetch(withTimeout(settings(), Duration.ofMillis(500))));
    } finally {
      end.countDown();
    }
    assertEquals(1, pauses.size());
  }

  @Test
  void aServerThatDripsIsLeftAndResumed() throws IOException {
    AtomicLong nanos = new AtomicLong();
    CountDownLatch end = new CountDownLatch(1);
    hub.script(
        NETWORK,
        (exchange, whole) -> {
          exchange.sendResponseHeaders(200, whole.length);
          for (int i = 0; i < 50_000 && end.getCount() > 0; i++) {
            // Each drop comes half a minute after the one before it.
            nanos.addAndGet(Duration.ofSeconds(30).toNanos());
            exchange.getResponseBody().write(whole, i, 1);
            exchange.getResponseBody().flush();
          }
          return true;
        });
    ModelHub slow = new ModelHub(settings(), pauses::add, nanos::get, folder -> Long.MAX_VALUE);
    assertComplete(slow.folder(ID, ModelKind.SENTENCE_TRANSFORMER, new OnnxChoice.Usual()));
    end.countDown();
    assertEquals(2, ranges().size(), ranges().toString());
    assertFalse(ranges().get(1).equals("all"), "the drops were kept");
  }

  // ---- this side --------------------------------------------------------------------------------

  @Test
  void anInterruptEndsTheFetchingAndKeepsWhatHasCome() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    hub.script(NETWORK, silentAfter(100_000, end));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    HubSettings settings =
        settings()
            .withProgress(
                progress -> {
                  if (progress.file().equals(NETWORK) && progress.fileBytes() == 100_000) {
                    begun.countDown();
                  }
                });
    Thread thread =
        new Thread(
            () -> {
              try {
                fetch(settings);
              } catch (HubException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
              }
            });
    thread.start();
    try {
      assertTrue(begun.await(1, TimeUnit.MINUTES));
      thread.interrupt();
      thread.join(60_000);
    } finally {
      end.countDown();
    }
    assertContains(thrown.get().getMessage(), "interrupted", "kept");
    assertEquals(true, flag.get());
    assertNothingHalf();
    assertEquals(100_000, Files.size(incomplete(NETWORK)));
    assertComplete(fetch(settings()));
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws IOException {
    Files.writeString(cache, "a file where the folder should be");
    fails(settings(), cache.toString(), "cannot be written", "HF_HOME");
    assertThrows(HubException.class, () -> fetch(settings().withOffline(true)));
  }

  @Test
  void twoThreadsShareOneDownload() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(
              () -> {
                try {
                  assertEquals(snapshot(), fetch(settings()));
                } catch (Throwable e) {
                  thrown.set(e);
                }
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(null, thrown.get());
    assertComplete(fetch(settings()));
    assertEquals(NEEDED, hub.given());
  }
}
