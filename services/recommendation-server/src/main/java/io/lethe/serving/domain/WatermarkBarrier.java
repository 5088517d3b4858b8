package io.lethe.serving.domain;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What was once served as forgotten stays forgotten: a version whose watermark lacks a request of
 * the catalog's minimum, or of any version served here to all, is never served. Nothing sets this
 * aside, whatever the catalog says. Not thread-safe.
 */
public class WatermarkBarrier {
  private final Set<String> required = new HashSet<>();

  /** From now on every version must cover these requests as well. */
  public final void raise(Collection<String> requestIds) {
    required.addAll(requestIds);
  }

  /** How many requests the watermark lacks to be served. */
  public long missing(Watermark watermark) {
    return watermark.missing(required);
  }

  /** Whether a version with that watermark may be served. */
  public final boolean admits(Watermark watermark) {
    return missing(watermark) == 0;
  }
}
