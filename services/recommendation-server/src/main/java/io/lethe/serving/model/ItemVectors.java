package io.lethe.serving.model;

import java.util.List;

/** Says where items lie towards each other. Thread-safe. */
public interface ItemVectors {
  /**
   * One vector of unit length for each title, in order; near for titles of like meaning, the same
   * whichever adapter is served.
   */
  float[][] vectors(List<String> titles);
}
