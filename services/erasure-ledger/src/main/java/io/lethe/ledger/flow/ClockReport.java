package io.lethe.ledger.flow;

import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * How one of the three clocks was kept by the requests looked at: exact order statistics over all
 * of them, not an estimate. Times are milliseconds from acceptance.
 *
 * @param clock suppressed, unlearned or exact
 * @param targetMillis what is promised; null where the promise is each request's legal deadline
 * @param met how many requests have met it
 * @param inTime how many of those within what is promised
 * @param running how many have not met it yet; withdrawn ones do not count
 * @param late how many of those are past what is promised
 * @param p50Millis half of those that met it took no longer; null while none has, as are the next
 * @param longestRunningMillis how long the eldest has run that has not met it; null while none runs
 */
public record ClockReport(
    String clock,
    Long targetMillis,
    int met,
    int inTime,
    int running,
    int late,
    Long p50Millis,
    Long p95Millis,
    Long p99Millis,
    Long maxMillis,
    Long longestRunningMillis) {
  private static final double PERCENT = 100.0;

  /**
   * The report on one clock.
   *
   * @param target what is promised; null for the legal deadline
   * @param metAt when a request met it; null when it has not
   */
  public static ClockReport of(
      String clock,
      Duration target,
      List<DeletionProgressed> requests,
      Function<DeletionProgressed, Instant> metAt,
      Instant now) {
    long[] took = new long[requests.size()];
    int met = 0;
    int inTime = 0;
    int running = 0;
    int late = 0;
    Long longestRunning = null;
    for (DeletionProgressed request : requests) {
      Instant at = metAt.apply(request);
      Instant promised = target == null ? request.getDueAt() : request.getAcceptedAt().plus(target);
      if (at != null) {
        took[met++] = Duration.between(request.getAcceptedAt(), at).toMillis();
        inTime += at.isAfter(promised) ? 0 : 1;
      } else if (request.getStage() != RequestStage.WITHDRAWN) {
        running++;
        late += now.isAfter(promised) ? 1 : 0;
        long runs = Duration.between(request.getAcceptedAt(), now).toMillis();
        longestRunning = longestRunning == null ? runs : Math.max(longestRunning, runs);
      }
    }
    Arrays.sort(took, 0, met);
    return new ClockReport(
        clock,
        target == null ? null : target.toMillis(),
        met,
        inTime,
        running,
        late,
        percentile(took, met, 50),
        percentile(took, met, 95),
        percentile(took, met, 99),
        percentile(took, met, 100),
        longestRunning);
  }

  /** The nearest rank. */
  private static Long percentile(long[] sorted, int count, int percent) {
    return count == 0 ? null : sorted[(int) Math.ceil(count * percent / PERCENT) - 1];
  }
}
