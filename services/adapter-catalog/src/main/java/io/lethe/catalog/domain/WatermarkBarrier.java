package io.lethe.catalog.domain;

/**
 * The one rule that no release, no move and no override sets aside: what a version served to all
 * has forgotten, every later one must have forgotten too. The minimum watermark only grows.
 */
public class WatermarkBarrier {
  private Watermark minimum = Watermark.empty();

  /** From now on every version must cover these requests as well. */
  final void raise(Watermark requests) {
    minimum = minimum.plus(requests);
  }

  /** Requests that any version must cover to be served from now on. */
  public final Watermark minimum() {
    return minimum;
  }

  /** Whether a version with that watermark may be served. */
  protected boolean admits(Watermark watermark) {
    return watermark.covers(minimum);
  }
}
