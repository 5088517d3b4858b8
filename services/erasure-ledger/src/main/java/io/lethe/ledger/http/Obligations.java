package io.lethe.ledger.http;

import io.lethe.ledger.record.RequestSnapshot;
import io.lethe.schemas.event.DeletionProgressed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is still owed, by deadline.
 *
 * @param asOf when this was put together
 * @param open requests that are not forgotten exactly yet; withdrawn ones owe nothing
 * @param overdue how many of those are past their legal deadline
 * @param obligations the first of them, soonest deadline first
 */
public record Obligations(Instant asOf, long open, long overdue, List<Obligation> obligations) {
  /**
   * What is owed for one request.
   *
   * @param timeLeftMillis until its legal deadline, negative once that has passed
   * @param unmet the clocks that still run: suppressed, unlearned, exact
   */
  public record Obligation(
      RequestSnapshot request, long timeLeftMillis, boolean overdue, List<String> unmet) {
    static Obligation of(DeletionProgressed request, Instant now) {
      Duration left = Duration.between(now, request.getDueAt());
      List<String> unmet = new ArrayList<>();
      if (request.getSuppressedAt() == null) {
        unmet.add("suppressed");
      }
      if (request.getUnlearnedAt() == null) {
        unmet.add("unlearned");
      }
      if (request.getExactAt() == null) {
        unmet.add("exact");
      }
      return new Obligation(
          RequestSnapshot.of(request), left.toMillis(), left.isNegative(), List.copyOf(unmet));
    }
  }
}
