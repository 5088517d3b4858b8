package io.lethe.serving.recommend;

/** The scoring queue is full. */
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BusyException(int queueMax) {
    super(
        "More than "
            + queueMax
            + " requests wait for scoring: send fewer at once, add servers, or raise"
            + " lethe.queue-max.");
  }
}
