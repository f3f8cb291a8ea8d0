package dev.lucenesemantic.hub;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Optional;

/**
 * An answer behind all redirects, whose body is still to be read.
 *
 * @param address who gave it in the end
 * @param fromHub whether that was the hub itself, and not a store it sends to
 * @param response the answer
 */
record HttpAnswer(URI address, boolean fromHub, HttpResponse<HttpBody> response)
    implements AutoCloseable {

  int status() {
    return response.statusCode();
  }

  HttpBody body() {
    return response.body();
  }

  Optional<String> header(String name) {
    return response.headers().firstValue(name);
  }

  @Override
  public void close() {
    response.body().close();
  }
}
