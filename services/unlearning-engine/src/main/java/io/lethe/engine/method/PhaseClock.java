package io.lethe.engine.method;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Wall time of one phase after the other. */
public final class PhaseClock {
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private long begin = System.nanoTime();

  /** Ends the phase that began with the last end, or with this clock. */
  public void end(String phase) {
    long now = System.nanoTime();
    seconds.merge(phase, (now - begin) / 1e9, Double::sum);
    begin = now;
  }

  /** Seconds of every phase, in order. */
  public Map<String, Double> secondsByPhase() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
  }
}
