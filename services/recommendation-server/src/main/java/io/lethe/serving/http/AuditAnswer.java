package io.lethe.serving.http;

import java.util.List;

/**
 * Scores of an audit.
 *
 * @param scores probability of yes for each prompt, in order
 */
public record AuditAnswer(List<Double> scores) {
  static AuditAnswer of(float[] scores) {
    Double[] boxed = new Double[scores.length];
    for (int position = 0; position < scores.length; position++) {
      boxed[position] = (double) scores[position];
    }
    return new AuditAnswer(List.of(boxed));
  }
}
