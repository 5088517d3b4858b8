package io.lethe.ledger.flow;

import io.lethe.schemas.event.UnlearningProgressed;
import java.time.Instant;
import java.util.List;

/**
 * Where a worker stands with a forget set, as it told last.
 *
 * @param phase phase of the attempt, in lower case
 * @param ended whether the attempt is over
 * @param step what the method does; null before it runs
 * @param curve losses so far, in order
 * @param confidenceBefore mean confidence in the forget set's true labels under the parent; null
 *     until measured, as are the next two
 * @param confidenceAfter the same under the candidate
 * @param confidenceTarget the same where the rows were never seen, as estimated
 * @param detail what is waited for, or why it ended as it did
 */
public record Training(
    String worker,
    String phase,
    boolean ended,
    String step,
    int stepsDone,
    int stepsTotal,
    List<Point> curve,
    Double confidenceBefore,
    Double confidenceAfter,
    Double confidenceTarget,
    String detail,
    Instant startedAt,
    Instant updatedAt) {
  /** The loss after that many steps of what the method did. */
  public record Point(String step, int stepsDone, double loss) {}

  static Training of(UnlearningProgressed event) {
    return new Training(
        event.getReplicaId(),
        event.getPhase(),
        event.getEnded(),
        event.getStep(),
        event.getStepsDone(),
        event.getStepsTotal(),
        event.getCurve().stream()
            .map(point -> new Point(point.getStep(), point.getStepsDone(), point.getLoss()))
            .toList(),
        event.getConfidenceBefore(),
        event.getConfidenceAfter(),
        event.getConfidenceTarget(),
        event.getDetail(),
        event.getStartedAt(),
        event.getUpdatedAt());
  }
}
