package io.lethe.serving.domain;

import java.util.Collection;
import java.util.Objects;
import java.util.Set;

/**
 * The requests that a version has forgotten.
 *
 * @param requestIds the requests
 * @param digest hex digest that stands for them in headers and acknowledgements
 */
public record Watermark(Set<String> requestIds, String digest) {
  public Watermark {
    requestIds = Set.copyOf(requestIds);
    Objects.requireNonNull(digest, "digest");
  }

  /** Whether every one of the given requests has been forgotten. */
  public boolean covers(Collection<String> others) {
    return requestIds.containsAll(others);
  }

  /** How many of the given requests have not been forgotten. */
  public long missing(Collection<String> others) {
    return others.stream().filter(requestId -> !requestIds.contains(requestId)).count();
  }

  /** How many requests have been forgotten. */
  public int size() {
    return requestIds.size();
  }
}
