package dev.lucenesemantic.hub;

import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server answered, but not with what was asked for. */
final class HttpStatusException extends IOException {
  private static final long serialVersionUID = 1;

  /** Those of {@code huggingface_hub}. */
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  /** How a store, whose addresses are signed and expire, says that one has. */
  private static final Set<Integer> EXPIRED = Set.of(400, 401, 403, 404, 410);

  /** The draft "RateLimit header fields for HTTP", which the hub follows. */
  private static final Pattern RATE_LIMIT =
      Pattern.compile("r\\s*=\\s*0\\s*;\\s*t\\s*=\\s*(\\d{1,9})");

  private final int status;
  private final boolean fromHub;
  private final boolean ofFile;
  private final String code;
  private final Duration wait;

  private HttpStatusException(
      String message, int status, boolean fromHub, boolean ofFile, String code, Duration wait) {
    super(message);
    this.status = status;
    this.fromHub = fromHub;
    this.ofFile = ofFile;
    this.code = code;
    this.wait = wait;
  }

  /**
   * What is said of an answer.
   *
   * @param ofFile whether a file was asked for, and not what the hub knows of the model
   */
  static HttpStatusException of(HttpAnswer answer, boolean ofFile, Instant now) {
    Optional<String> said = answer.header("X-Error-Message");
    return new HttpStatusException(
        "HTTP "
            + answer.status()
            + " from "
            + withoutSecrets(answer.address())
            + said.map(text -> " (" + text + ")").orElse(""),
        answer.status(),
        answer.fromHub(),
        ofFile,
        answer.header("X-Error-Code").orElse(""),
        wait(answer, now).orElse(null));
  }

  /**
   * A store's address has its signature in the query, and may have a password before the host,
   * which are nobody's business.
   */
  static String withoutSecrets(URI address) {
    String text = address.toString();
    int query = text.indexOf('?');
    String shown = query < 0 ? text : text.substring(0, query);
    String user = address.getRawUserInfo();
    return user == null ? shown : shown.replace(user + "@", "");
  }

  private static Optional<Duration> wait(HttpAnswer answer, Instant now) {
    Optional<String> after = answer.header("Retry-After").map(String::strip);
    if (after.isPresent() && after.get().matches("\\d{1,9}")) {
      return after.map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    }
    if (after.isPresent()) {
      try {
        Instant then = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(after.get()));
        Duration until = Duration.between(now, then);
        return Optional.of(until.isNegative() ? Duration.ZERO : until);
      } catch (DateTimeException e) {
        // Neither form: as if it had not been said.
        return Optional.empty();
      }
    }
    Matcher limit = RATE_LIMIT.matcher(answer.header("RateLimit").orElse(""));
    return limit.find()
        ? Optional.of(Duration.ofSeconds(Long.parseLong(limit.group(1))))
        : Optional.empty();
  }

  int status() {
    return status;
  }

  /** Whether it was a file that was asked for. */
  boolean ofFile() {
    return ofFile;
  }

  /** The hub's own word for the reason, for example {@code GatedRepo}; may be empty. */
  String code() {
    return code;
  }

  /** How long the server wants to be left alone. */
  Optional<Duration> requestedWait() {
    return Optional.ofNullable(wait);
  }

  /** Whether asking the hub again can help. */
  boolean passes() {
    return PASSING.contains(status) || (!fromHub && EXPIRED.contains(status));
  }
}
