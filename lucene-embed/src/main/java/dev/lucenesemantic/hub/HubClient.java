package dev.lucenesemantic.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Asks the hub, over HTTP/1.1 with the JDK's client, which goes through the proxy that the JVM was
 * given. The token is sent to the hub's own address and nowhere else.
 */
final class HubClient implements AutoCloseable {
  private static final int MOST_REDIRECTS = 20;

  /** A repository of a hundred thousand files has a listing of this size. */
  private static final int MOST_JSON_BYTES = 32 << 20;

  /** How many timeouts an answer that is read as a whole may last. */
  private static final int JSON_TIMEOUTS = 6;

  private static final String RESOLVE = "/resolve/";

  private static final String IN_BETWEEN =
      "check the endpoint (HF_ENDPOINT) and whether there is a proxy in between";

  private final HttpClient client;
  private final HubSettings settings;
  private final Retries.Pause pause;
  private final LongSupplier nanoClock;

  HubClient(HubSettings settings, Retries.Pause pause, LongSupplier nanoClock) {
    this.settings = settings;
    this.pause = pause;
    this.nanoClock = nanoClock;
    // Redirects are followed here, because the client would take the token along.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.timeout())
            .build();
  }

  // ---- addresses --------------------------------------------------------------------------------

  /** Where a repository's files are listed, with their sizes and hashes. */
  URI listing(HubId id) {
    return URI.create(
        settings.endpoint()
            + "/api/models/"
            + id.repository()
            + "/revision/"
            + quoted(id.revision())
            + "?blobs=true");
  }

  /** Where a file of a commit is. */
  URI file(HubId id, String commit, String path) {
    StringBuilder address = new StringBuilder(settings.endpoint().toString());
    address.append('/').append(id.repository()).append(RESOLVE).append(commit);
    for (String part : path.split("/")) {
      address.append('/').append(quoted(part));
    }
    return URI.create(address.toString());
  }

  private static String quoted(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  // ---- requests ---------------------------------------------------------------------------------

  Retries retries(int allowed) {
    return new Retries(allowed, pause);
  }

  Pace pace() {
    return new Pace(nanoClock);
  }

  Duration timeout() {
    return settings.timeout();
  }

  /**
   * Reads a small JSON document.
   *
   * @param retries how many further attempts there are
   */
  JsonElement json(URI address, int retries) throws IOException, InterruptedException {
    Retries left = retries(retries);
    while (true) {
      try (HttpAnswer answer = get(address, 0)) {
        return JsonParser.parseString(text(answer));
      } catch (JsonParseException e) {
        throw new HubException(
            address.toString(),
            "does not answer with JSON; is this a hub? Check the endpoint (HF_ENDPOINT) and the"
                + " proxy",
            e);
      } catch (IOException e) {
        left.after(e);
      }
    }
  }

  private String text(HttpAnswer answer) throws IOException, InterruptedException {
    long deadline = nanoClock.getAsLong() + JSON_TIMEOUTS * settings.timeout().toNanos();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (List<ByteBuffer> piece = answer.body().next(settings.timeout());
        piece != null;
        piece = answer.body().next(settings.timeout())) {
      for (ByteBuffer buffer : piece) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        bytes.write(copy);
      }
      if (bytes.size() > MOST_JSON_BYTES) {
        throw new HubException(
            answer.address().toString(), "answers with more than " + MOST_JSON_BYTES + " bytes");
      }
      if (nanoClock.getAsLong() > deadline) {
        throw new HttpTimeoutException("the answer did not end in time");
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /**
   * Asks for a file, once, from a byte on.
   *
   * @return an answer with status 200 or 206, to be closed
   * @throws HttpStatusException for any other
   */
  HttpAnswer get(URI address, long from) throws IOException, InterruptedException {
    URI current = address;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      HttpAnswer answer = new HttpAnswer(current, isHub(current), send(request(current, from)));
      int status = answer.status();
      if (status == 200 || (status == 206 && from > 0)) {
        return asItIs(answer);
      }
      answer.close();
      if (status / 100 != 3) {
        throw HttpStatusException.of(answer, isFile(address), Instant.now());
      }
      Optional<String> location = answer.header("Location");
      if (location.isEmpty()) {
        throw new HubException(
            HttpStatusException.withoutSecrets(current),
            "answers with HTTP "
                + status
                + ", a redirect, and does not say where to; "
                + IN_BETWEEN);
      }
      current = target(current, location.get());
    }
    throw new HubException(address.toString(), "redirects more than " + MOST_REDIRECTS + " times");
  }

  /** Bytes that somebody has compressed have other sizes and hashes than the hub lists. */
  private static HttpAnswer asItIs(HttpAnswer answer) {
    String encoding = answer.header("Content-Encoding").orElse("identity").strip();
    if (encoding.isEmpty() || encoding.equalsIgnoreCase("identity")) {
      return answer;
    }
    answer.close();
    throw new HubException(
        HttpStatusException.withoutSecrets(answer.address()),
        "comes compressed (Content-Encoding: "
            + encoding
            + "), although it was asked for as it is; "
            + IN_BETWEEN
            + ", and have it pass the hub's answers on unchanged");
  }

  /** Whether an address is that of a file and not of the model. */
  private static boolean isFile(URI address) {
    return address.getPath().contains(RESOLVE);
  }

  private HttpRequest request(URI address, long from) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("User-Agent", "lucene-semantic; java/" + Runtime.version().feature())
            // Sizes and ranges are those of the file itself.
            .header("Accept-Encoding", "identity");
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    if (isHub(address)) {
      settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    }
    return request.GET().build();
  }

  /**
   * The request's own timeout is not used: from JDK 26 on it would bound the whole body as well.
   */
  private HttpResponse<HttpBody> send(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<HttpBody>> answer =
        client.sendAsync(request, info -> new HttpBody());
    try {
      // Connecting has as much time of its own.
      return answer.get(2 * settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException(
          HttpStatusException.withoutSecrets(request.uri())
              + " did not answer within "
              + settings.timeout().multipliedBy(2).toMillis()
              + " ms");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    } finally {
      // Has an effect only where nobody waits for the answer any more.
      answer.cancel(true);
    }
  }

  /** The same scheme, host and port; a host alone may have other services on it. */
  private boolean isHub(URI address) {
    URI hub = settings.endpoint();
    return hub.getScheme().equals(address.getScheme())
        && hub.getHost().equalsIgnoreCase(address.getHost())
        && port(hub) == port(address);
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return address.getScheme().equals("https") ? 443 : 80;
  }

  static URI target(URI from, String location) {
    URI target;
    try {
      target = from.resolve(new URI(location));
    } catch (URISyntaxException e) {
      throw new HubException(
          HttpStatusException.withoutSecrets(from), "redirects to what is no address", e);
    }
    String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
    boolean allowed = scheme.equals("https") || scheme.equals(from.getScheme());
    if (!allowed || target.getHost() == null || target.getRawUserInfo() != null) {
      throw new HubException(
          HttpStatusException.withoutSecrets(from),
          "redirects to "
              + HttpStatusException.withoutSecrets(target)
              + ", which is not followed: only the web is, without a user's name, and never from"
              + " https to http");
    }
    return target;
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
