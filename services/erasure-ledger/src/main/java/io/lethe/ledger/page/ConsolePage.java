package io.lethe.ledger.page;

import java.util.List;

/**
 * Everything that the page shows, as text.
 *
 * @param fault why nothing can be acknowledged; null when all is well
 * @param deadLetters null while there are none
 * @param shown how many of the requests are listed
 */
public record ConsolePage(
    String writtenAt,
    long refreshSeconds,
    String fault,
    List<Tally> tallies,
    List<ServerRow> servers,
    DeadLetters deadLetters,
    long total,
    int shown,
    List<RequestRow> requests) {
  /** How many requests are in a stage. */
  public record Tally(String label, long count, String tone) {}

  /** A recommendation server. */
  public record ServerRow(
      String replicaId, boolean live, String version, String adapter, String heartbeat) {}

  /**
   * The dead letters that nothing has been done about.
   *
   * @param oldest age of the one that waits longest
   * @param timeLeft until the first deadline among them; null where none runs
   * @param tone of the time left: running or late
   * @param fault why some are not counted; null when all are
   */
  public record DeadLetters(
      long open,
      String oldest,
      String timeLeft,
      String tone,
      String fault,
      List<DeadLetterRow> topics) {}

  /** A dead-letter topic with open letters. */
  public record DeadLetterRow(String topic, long open) {}

  /**
   * A request.
   *
   * @param track the stages on the way, in order
   * @param claim what the receipt claims, approximate or exact; null while there is none
   */
  public record RequestRow(
      String requestId,
      String subject,
      String regime,
      String accepted,
      String stage,
      String tone,
      List<Mark> track,
      Clock suppressed,
      Clock unlearned,
      Clock exact,
      String detail,
      String claim) {}

  /** One stage on the way and whether it has been reached. */
  public record Mark(String label, boolean reached) {}

  /**
   * One of the three clocks.
   *
   * @param tone met, running, late or off
   */
  public record Clock(String value, String note, String tone) {}
}
