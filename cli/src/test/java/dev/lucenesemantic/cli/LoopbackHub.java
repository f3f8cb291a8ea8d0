package dev.lucenesemantic.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A server on the loopback that gives the files of one folder as the hub gives a model. */
final class LoopbackHub implements AutoCloseable {
  static final String REPOSITORY = "someone/some-model";
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private final Map<String, byte[]> files = new TreeMap<>();
  private final HttpServer server;

  LoopbackHub(Path folder) {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) walk::iterator) {
        if (Files.isRegularFile(file)) {
          files.put(
              folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
        }
      }
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  URI endpoint() {
    return URI.create(
        "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String resolve = "/" + REPOSITORY + "/resolve/" + COMMIT + "/";
      byte[] content =
          path.startsWith(resolve) ? files.get(path.substring(resolve.length())) : null;
      if (path.startsWith("/api/models/" + REPOSITORY + "/revision/")) {
        content = listing().toString().getBytes(StandardCharsets.UTF_8);
      }
      if (content == null) {
        exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    }
  }

  private JsonObject listing() {
    JsonObject root = new JsonObject();
    root.addProperty("id", REPOSITORY);
    root.addProperty("sha", COMMIT);
    JsonArray siblings = new JsonArray();
    files.forEach(
        (path, content) -> {
          JsonObject file = new JsonObject();
          file.addProperty("rfilename", path);
          file.addProperty("size", content.length);
          file.addProperty("blobId", blobId(content));
          siblings.add(file);
        });
    root.add("siblings", siblings);
    return root;
  }

  /** Git's name for a content. */
  private static String blobId(byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
