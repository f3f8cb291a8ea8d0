package dev.lucenesemantic.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lucenesemantic.model.OnnxChoice;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two JVMs with one cache. */
class TwoProcessesTest extends HubTestCase {

  /** What runs in the other JVMs: loads the model with the settings of its environment. */
  public static final class Program {
    private Program() {}

    /** Prints the folder. */
    public static void main(String[] args) {
      System.out.print(
          ModelHub.locate(args[0], ModelKind.SENTENCE_TRANSFORMER, new OnnxChoice.Usual()));
    }
  }

  private Process start(String endpoint, String... flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    command.add(FakeHub.REPOSITORY);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("HF_"));
    builder.environment().put("HF_HUB_CACHE", cache.toString());
    builder.environment().put("HF_ENDPOINT", endpoint);
    builder.environment().put("HF_HUB_DOWNLOAD_TIMEOUT", "60");
    builder.redirectErrorStream(true);
    return builder.start();
  }

  private static String output(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text;
  }

  @Test
  void shareOneDownload() throws Exception {
    CountDownLatch bothAreHere = new CountDownLatch(2);
    FakeHub.Behaviour arrive =
        (exchange, content) -> {
          bothAreHere.countDown();
          return false;
        };
    hub.script("listing", arrive, arrive);
    hub.script(
        "onnx/model.onnx",
        (exchange, content) -> {
          // The network is under way for as long as the other process needs to find that out.
          await(bothAreHere);
          return false;
        });
    Process one = start(hub.endpoint().toString());
    Process other = start(hub.endpoint().toString());
    assertTrue(output(one).endsWith(snapshot().toString()));
    assertTrue(output(other).endsWith(snapshot().toString()));
    assertEquals(NEEDED, hub.given());
    assertComplete(snapshot());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(2, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void goOnWhereOneWasKilled() throws Exception {
    CountDownLatch killed = new CountDownLatch(1);
    hub.script(
        "onnx/model.onnx",
        (exchange, content) -> {
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, 100_000);
          exchange.getResponseBody().flush();
          await(killed);
          return true;
        });
    Process one = start(hub.endpoint().toString());
    while (!Files.exists(incomplete("onnx/model.onnx"))
        || Files.size(incomplete("onnx/model.onnx")) < 100_000) {
      assertTrue(one.isAlive());
      Thread.sleep(20);
    }
    one.destroyForcibly().waitFor();
    killed.countDown();
    assertNothingHalf();
    assertTrue(output(start(hub.endpoint().toString())).endsWith(snapshot().toString()));
    assertComplete(snapshot());
    assertTrue(
        hub.requests().stream()
            .anyMatch(request -> request.range().equals(Optional.of("bytes=100000-"))));
  }

  @Test
  void goThroughTheProxyOfTheirJvm() throws Exception {
    // The hub of the test is the proxy: it answers for a host that does not exist.
    URI proxy = hub.endpoint();
    hub.storeAt("hub.invalid");
    String text =
        output(
            start(
                "http://hub.invalid",
                "-Dhttp.proxyHost=" + proxy.getHost(),
                "-Dhttp.proxyPort=" + proxy.getPort(),
                "-Dhttp.nonProxyHosts="));
    assertTrue(text.endsWith(snapshot().toString()), text);
    assertComplete(snapshot());
    assertTrue(
        hub.requests().stream()
            .allMatch(request -> request.headers().getFirst("Host").startsWith("hub.invalid")));
  }
}
