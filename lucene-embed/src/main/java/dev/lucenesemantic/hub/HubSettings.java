package dev.lucenesemantic.hub;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Where models of the hub are kept and how they are fetched. {@link #fromEnvironment()} gives what
 * Python's {@code huggingface_hub} would do in the same place.
 *
 * @param cache the folder with the models, in the layout of Python's cache
 * @param endpoint the hub's address, without a slash at its end
 * @param token who asks, for private and gated models; sent to the endpoint and to nobody else
 * @param offline whether no connection may be tried
 * @param cacheFirst whether a model that is in the cache is taken without asking the hub for a
 *     newer commit of its revision
 * @param symbolicLinks whether snapshots may link to the files' contents; where they may not or
 *     cannot, they hold the files themselves
 * @param maximumBytes what may be fetched for one model at the most, in bytes
 * @param timeout how long the hub may stay silent before a connection is given up and tried again
 * @param lock the file that says what a model's files must be, or is to be written
 * @param progress told whenever a part of a file has come, from several threads but never by two at
 *     once; what it throws ends the fetching
 */
public record HubSettings(
    Path cache,
    URI endpoint,
    Optional<String> token,
    boolean offline,
    boolean cacheFirst,
    boolean symbolicLinks,
    long maximumBytes,
    Duration timeout,
    Optional<ModelLock> lock,
    Consumer<HubProgress> progress) {

  /** More than any text embedding model that a CPU can run in reasonable time. */
  static final long DEFAULT_MAXIMUM_BYTES = 20L << 30;

  /** What can stand in a header. */
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");

  /** Checks that nothing is null, the endpoint is a web address and the numbers are positive. */
  public HubSettings {
    Objects.requireNonNull(cache, "cache");
    Objects.requireNonNull(endpoint, "endpoint");
    Objects.requireNonNull(token, "token");
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(lock, "lock");
    Objects.requireNonNull(progress, "progress");
    cache = cache.toAbsolutePath().normalize();
    endpoint = checked(endpoint);
    if (token.isPresent() && !TOKEN.matcher(token.get()).matches()) {
      throw new IllegalArgumentException(
          "the token has a character that no token has; check HF_TOKEN and the token file");
    }
    if (maximumBytes < 1) {
      throw new IllegalArgumentException("maximumBytes must be at least 1 and is " + maximumBytes);
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be positive and is " + timeout);
    }
  }

  private static URI checked(URI endpoint) {
    boolean isWeb = "https".equals(endpoint.getScheme()) || "http".equals(endpoint.getScheme());
    boolean isPlain =
        endpoint.getHost() != null
            && endpoint.getRawUserInfo() == null
            && endpoint.getRawQuery() == null
            && endpoint.getRawFragment() == null;
    if (!isWeb || !isPlain) {
      throw new IllegalArgumentException(
          "the hub's endpoint must be like https://huggingface.co and is " + endpoint);
    }
    return URI.create(endpoint.toString().replaceAll("/+$", ""));
  }

  /**
   * What the environment's variables say: {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code
   * HF_ENDPOINT}, {@code HF_TOKEN} or the token file, {@code HF_HUB_OFFLINE}, and the others that
   * Python reads for the same (see the package's {@code HubEnvironment}).
   *
   * @return the settings, without a lock and without a progress listener
   * @throws dev.lucenesemantic.model.ModelException if a variable's value cannot be used
   */
  public static HubSettings fromEnvironment() {
    return new HubEnvironment(System.getenv(), Path.of(System.getProperty("user.home", ".")))
        .settings();
  }

  /**
   * The same with another {@link #cache}.
   *
   * @param folder need not exist
   * @return new settings
   */
  public HubSettings withCache(Path folder) {
    return new HubSettings(
        folder,
        endpoint,
        token,
        offline,
        cacheFirst,
        symbolicLinks,
        maximumBytes,
        timeout,
        lock,
        progress);
  }

  /**
   * The same with another {@link #endpoint}. A token that belongs to another host is not for this
   * one: give its own with {@link #withToken}.
   *
   * @param address for example {@code https://huggingface.co}
   * @return new settings, without a token if the host is another one
   */
  public HubSettings withEndpoint(URI address) {
    boolean sameHost = Objects.equals(address.getAuthority(), endpoint.getAuthority());
    return new HubSettings(
        cache,
        address,
        sameHost ? token : Optional.empty(),
        offline,
        cacheFirst,
        symbolicLinks,
        maximumBytes,
        timeout,
        lock,
        progress);
  }

  /**
   * The same with a {@link #token}.
   *
   * @param secret the token
   * @return new settings
   */
  public HubSettings withToken(String secret) {
    return new HubSettings(
        cache,
        endpoint,
        Optional.of(secret),
        offline,
        cacheFirst,
        symbolicLinks,
        maximumBytes,
        timeout,
        lock,
        progress);
  }

  /**
   * The same, {@link #offline} or not.
   *
   * @param noConnection whether no connection may be tried
   * @return new settings
   */
  public HubSettings withOffline(boolean noConnection) {
    return new HubSettings(
        cache,
        endpoint,
        token,
        noConnection,
        cacheFirst,
        symbolicLinks,
        maximumBytes,
        timeout,
        lock,
        progress);
  }

  /**
   * The same, {@link #cacheFirst} or not.
   *
   * @param unasked whether a model that is in the cache is taken without asking the hub
   * @return new settings
   */
  public HubSettings withCacheFirst(boolean unasked) {
    return new HubSettings(
        cache,
        endpoint,
        token,
        offline,
        unasked,
        symbolicLinks,
        maximumBytes,
        timeout,
        lock,
        progress);
  }

  /**
   * The same with another {@link #maximumBytes}.
   *
   * @param bytes at least 1
   * @return new settings
   */
  public HubSettings withMaximumBytes(long bytes) {
    return new HubSettings(
        cache, endpoint, token, offline, cacheFirst, symbolicLinks, bytes, timeout, lock, progress);
  }

  /**
   * The same with a {@link #lock}.
   *
   * @param file what to write or to enforce
   * @return new settings
   */
  public HubSettings withLock(ModelLock file) {
    return new HubSettings(
        cache,
        endpoint,
        token,
        offline,
        cacheFirst,
        symbolicLinks,
        maximumBytes,
        timeout,
        Optional.of(file),
        progress);
  }

  /**
   * The same with a {@link #progress} listener.
   *
   * @param listener told whenever a part of a file has come
   * @return new settings
   */
  public HubSettings withProgress(Consumer<HubProgress> listener) {
    return new HubSettings(
        cache,
        endpoint,
        token,
        offline,
        cacheFirst,
        symbolicLinks,
        maximumBytes,
        timeout,
        lock,
        listener);
  }

  /**
   * The settings without the token.
   *
   * @return what can stand in a log
   */
  @Override
  public String toString() {
    return "HubSettings[cache="
        + cache
        + ", endpoint="
        + endpoint
        + ", token="
        + (token.isPresent() ? "given" : "none")
        + ", offline="
        + offline
        + ", cacheFirst="
        + cacheFirst
        + ", lock="
        + lock
        + "]";
  }
}
