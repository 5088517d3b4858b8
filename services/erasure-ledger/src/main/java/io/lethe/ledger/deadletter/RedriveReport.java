package io.lethe.ledger.deadletter;

import java.util.List;

/**
 * What a redrive did, or would do.
 *
 * @param redriveId names the redrive in records and events; null for a dry run
 * @param more true when more open letters matched than the limit let through
 */
public record RedriveReport(
    String redriveId,
    boolean dryRun,
    long redriven,
    long skipped,
    long refused,
    long failed,
    boolean more,
    List<Line> letters) {

  /** What becomes of one letter. */
  public enum Action {
    /** It is sent back. */
    REDRIVE,
    /** There is nothing left to do for it. */
    SKIP,
    /** A rule forbids it; the text names the remedy. */
    REFUSE,
    /** It was to be sent back and could not; the text names the remedy. */
    FAIL
  }

  /**
   * One letter.
   *
   * @param id its position
   * @param source where its record was found
   * @param target topic that it goes back to
   * @param attempts how often it was tried so far
   * @param redrives how often it was sent back so far
   * @param because why it is not sent back; null where it is
   */
  public record Line(
      String id,
      String source,
      String target,
      int attempts,
      int redrives,
      String errorClass,
      String reason,
      Action action,
      String because) {}

  static RedriveReport of(String redriveId, boolean dryRun, boolean more, List<Line> lines) {
    return new RedriveReport(
        redriveId,
        dryRun,
        count(lines, Action.REDRIVE),
        count(lines, Action.SKIP),
        count(lines, Action.REFUSE),
        count(lines, Action.FAIL),
        more,
        List.copyOf(lines));
  }

  private static long count(List<Line> lines, Action action) {
    return lines.stream().filter(line -> line.action() == action).count();
  }
}
