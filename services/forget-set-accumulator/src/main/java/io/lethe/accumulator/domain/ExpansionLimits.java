package io.lethe.accumulator.domain;

import io.lethe.schemas.Topics;

/**
 * Bounds of one request's expansion.
 *
 * @param interactionsMax most interactions of one person that a request is expanded over
 * @param partBytesMax size of samples and item ids at which a part is full
 */
public record ExpansionLimits(int interactionsMax, int partBytesMax) {
  public ExpansionLimits {
    if (interactionsMax < 1) {
      throw new IllegalArgumentException(
          "lethe.expansion.interactions-max must be at least 1; got " + interactionsMax + ".");
    }
    if (partBytesMax < 1 || partBytesMax > Topics.VALUE_BYTES_MAX / 2) {
      throw new IllegalArgumentException(
          "lethe.expansion.part-bytes-max must lie between 1 and "
              + Topics.VALUE_BYTES_MAX / 2
              + "; got "
              + partBytesMax
              + ".");
    }
  }
}
