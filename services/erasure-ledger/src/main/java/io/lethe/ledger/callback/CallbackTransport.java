package io.lethe.ledger.callback;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** How a message reaches a producer: a seam where networks fail. */
@FunctionalInterface
public interface CallbackTransport {
  /**
   * Posts a JSON body; redirects are not followed.
   *
   * @return the answer's status; fails when there is none
   */
  CompletableFuture<Integer> post(URI url, Map<String, String> headers, String body);
}
