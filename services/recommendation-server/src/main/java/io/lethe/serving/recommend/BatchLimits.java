package io.lethe.serving.recommend;

import java.time.Duration;

/**
 * How far requests are gathered for one native call.
 *
 * @param promptsMax prompts of one gathering, unless a single request has more
 * @param waitMax how long the first request of a gathering waits for company at most, counted from
 *     its arrival; zero takes only what waits already
 */
public record BatchLimits(int promptsMax, Duration waitMax) {
  public BatchLimits {
    if (promptsMax < 1) {
      throw new IllegalArgumentException("lethe.batch-prompts-max must be at least 1.");
    }
    if (waitMax.isNegative()) {
      throw new IllegalArgumentException("lethe.batch-wait must not be negative.");
    }
  }
}
