package dev.lucenesemantic.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A server on the loopback that behaves like the hub, for one model: it lists files with their
 * sizes and hashes, gives small ones itself, and sends for large ones to a store on another
 * address, which knows byte ranges. Tests script how single requests go wrong.
 */
public final class FakeHub implements AutoCloseable {
  public static final String REPOSITORY = "someone/some-model";
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** What is stored as a large file. */
  private static final List<String> LARGE = List.of(".onnx", ".onnx_data", ".safetensors", ".bin");

  private final HttpServer hub;
  private final HttpServer store;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, Queue<Behaviour>> scripts = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private volatile String commit = COMMIT;
  private volatile Optional<String> listing = Optional.empty();
  private volatile Optional<String> storeAddress = Optional.empty();

  /** What came in. */
  public record Request(boolean atHub, String path, Headers headers) {
    boolean hasToken() {
      return headers.containsKey("Authorization");
    }

    Optional<String> range() {
      return Optional.ofNullable(headers.getFirst("Range"));
    }
  }

  /** How one request is answered; false leaves it to the usual way. */
  @FunctionalInterface
  interface Behaviour {
    boolean answer(HttpExchange exchange, byte[] content) throws IOException;
  }

  public FakeHub() {
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      hub = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
      store = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (HttpServer server : List.of(hub, store)) {
      server.setExecutor(threads);
      server.createContext("/", exchange -> handle(exchange, server == hub));
      server.start();
    }
  }

  // ---- what it has ------------------------------------------------------------------------------

  public FakeHub put(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  public FakeHub put(String path, String content) {
    return put(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /** All files of a folder. */
  public FakeHub putFolder(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        if (Files.isRegularFile(file)) {
          put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** A model of a few files that only this package's tests look at. */
  FakeHub putSmallModel() {
    put("config.json", "{\"model_type\": \"bert\"}");
    put("tokenizer.json", "{\"model\": {}}");
    put(
        "modules.json",
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]
        """);
    put("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": true}");
    put("onnx/model.onnx", weights(300_000));
    put("onnx/model_O2.onnx", weights(250_000));
    put("model.safetensors", weights(400_000));
    put("pytorch_model.bin", weights(400_001));
    put("README.md", "a model");
    put("modeling_custom.py", "print('never run')");
    return this;
  }

  static byte[] weights(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 251);
    }
    return bytes;
  }

  byte[] content(String path) {
    return files.get(path);
  }

  void remove(String path) {
    files.remove(path);
  }

  void moveTo(String newCommit) {
    commit = newCommit;
  }

  /** Answers to a question for the listing with this text. */
  void lie(String answer) {
    listing = Optional.of(answer);
  }

  /** How the next requests for a path go, one after the other; then all is well. */
  void script(String path, Behaviour... behaviours) {
    scripts.computeIfAbsent(path, key -> new ArrayDeque<>()).addAll(Arrays.asList(behaviours));
  }

  /** The store under another name of the same machine. */
  void storeAt(String host) {
    storeAddress = Optional.of("http://" + host + ":" + store.getAddress().getPort());
  }

  // ---- what was asked ---------------------------------------------------------------------------

  public URI endpoint() {
    return address(hub);
  }

  URI store() {
    return address(store);
  }

  private static URI address(HttpServer server) {
    return URI.create(
        "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort());
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The files that were asked for, each as often as it was, at the place that gives them. */
  List<String> given() {
    return requests.stream()
        .filter(request -> request.path().contains("/files/"))
        .map(request -> request.path().substring(request.path().indexOf("/files/") + 7))
        .sorted()
        .toList();
  }

  void forget() {
    requests.clear();
  }

  /** The blob's name in the cache. */
  static String hash(String path, byte[] content) {
    try {
      if (isLarge(path)) {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isLarge(String path) {
    return LARGE.stream().anyMatch(path::endsWith);
  }

  // ---- answering --------------------------------------------------------------------------------

  private void handle(HttpExchange exchange, boolean atHub) throws IOException {
    try (exchange) {
      String path =
          URLDecoder.decode(exchange.getRequestURI().getRawPath(), StandardCharsets.UTF_8);
      String resolve = "/" + REPOSITORY + "/resolve/";
      String asked = "";
      if (path.startsWith(resolve)) {
        // Small files come from the hub itself, behind a redirect to a path of its own.
        asked = path.substring(resolve.length() + commit.length() + 1);
        requests.add(new Request(atHub, path, exchange.getRequestHeaders()));
        if (!run("resolve " + asked, exchange, new byte[0])) {
          String place = isLarge(asked) ? storeAddress.orElse(store().toString()) : "";
          redirect(exchange, place + "/files/" + asked);
        }
        return;
      }
      requests.add(new Request(atHub, path, exchange.getRequestHeaders()));
      if (path.startsWith("/api/models/" + REPOSITORY + "/revision/")) {
        byte[] answer = listing.orElseGet(this::listing).getBytes(StandardCharsets.UTF_8);
        if (!run("listing", exchange, answer)) {
          send(exchange, 200, answer);
        }
      } else if (path.startsWith("/files/")) {
        String file = path.substring("/files/".length());
        byte[] content = files.get(file);
        if (content == null) {
          exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
          send(exchange, 404, new byte[0]);
        } else if (!run(file, exchange, content)) {
          give(exchange, content);
        }
      } else {
        exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
        send(exchange, 401, new byte[0]);
      }
    }
  }

  private boolean run(String path, HttpExchange exchange, byte[] content) throws IOException {
    Behaviour behaviour;
    synchronized (scripts) {
      Queue<Behaviour> script = scripts.get(path);
      behaviour = script == null ? null : script.poll();
    }
    return behaviour != null && behaviour.answer(exchange, content);
  }

  String listing() {
    JsonObject root = new JsonObject();
    root.addProperty("id", REPOSITORY);
    root.addProperty("sha", commit);
    JsonArray siblings = new JsonArray();
    files.forEach(
        (path, content) -> {
          JsonObject file = new JsonObject();
          file.addProperty("rfilename", path);
          file.addProperty("size", content.length);
          // That of the pointer, for a large file.
          file.addProperty("blobId", "f".repeat(40));
          if (isLarge(path)) {
            JsonObject lfs = new JsonObject();
            lfs.addProperty("sha256", hash(path, content));
            lfs.addProperty("size", content.length);
            lfs.addProperty("pointerSize", 134);
            file.add("lfs", lfs);
          } else {
            file.addProperty("blobId", hash(path, content));
          }
          siblings.add(file);
        });
    root.add("siblings", siblings);
    return root.toString();
  }

  private static void give(HttpExchange exchange, byte[] content) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      send(exchange, 200, content);
      return;
    }
    int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    if (from >= content.length) {
      send(exchange, 416, new byte[0]);
      return;
    }
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
    send(exchange, 206, Arrays.copyOfRange(content, from, content.length));
  }

  static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  static void redirect(HttpExchange exchange, String target) throws IOException {
    exchange.getResponseHeaders().set("Location", target);
    send(exchange, 302, new byte[0]);
  }

  // ---- what can go wrong ------------------------------------------------------------------------

  static Behaviour status(int status, String... headers) {
    return (exchange, content) -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      send(exchange, status, new byte[0]);
      return true;
    };
  }

  static Behaviour redirectTo(String target) {
    return (exchange, content) -> {
      redirect(exchange, target);
      return true;
    };
  }

  /** Breaks the connection after so many bytes of the file. */
  static Behaviour cutAt(int end) {
    return (exchange, content) -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      int from =
          range == null
              ? 0
              : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      if (range != null) {
        exchange
            .getResponseHeaders()
            .set(
                "Content-Range",
                "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
      }
      exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
      OutputStream body = exchange.getResponseBody();
      body.write(content, from, end - from);
      body.flush();
      return true;
    };
  }

  /** Another content in the place of the right one. */
  static Behaviour instead(byte[] other) {
    return (exchange, content) -> {
      give(exchange, other);
      return true;
    };
  }

  /** As if it had never heard of ranges. */
  static Behaviour wholeFile() {
    return (exchange, content) -> {
      send(exchange, 200, content);
      return true;
    };
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }
}
