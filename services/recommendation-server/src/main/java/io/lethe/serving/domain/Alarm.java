package io.lethe.serving.domain;

import java.time.Duration;

/** Runs something later, on one thread of its own. */
public interface Alarm {
  /** Runs {@code task} once {@code delay} has passed; at once where it is zero or negative. */
  void in(Duration delay, Runnable task);
}
