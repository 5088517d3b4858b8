package io.lethe.accumulator.domain;

/**
 * The two lifecycles of the accumulator.
 *
 * @param forgetSet the life of one forget set of one model
 * @param request the life of one request, as far as one model's forget sets are concerned
 */
public record Lifecycles(
    TransitionTable<SetStage, SetEvent> forgetSet,
    TransitionTable<RequestStage, RequestEvent> request) {

  /** Stages of a forget set. CLOSED is its end; the next sequence number begins EMPTY. */
  public enum SetStage {
    EMPTY,
    OPEN,
    CLOSED
  }

  /** What happens to a forget set. */
  public enum SetEvent {
    ENTRY_ADDED,
    REQUEST_WITHDRAWN,
    SIZE_REACHED,
    BYTES_REACHED,
    AGE_REACHED,
    DEADLINE_NEAR
  }

  /** Stages of a request: CLOSED once any part of it left in a closed set. */
  public enum RequestStage {
    UNSEEN,
    OPEN,
    CLOSED,
    WITHDRAWN
  }

  /** What happens to a request. */
  public enum RequestEvent {
    PART_ARRIVED,
    LATE_DATA_ARRIVED,
    WITHDRAWAL_ARRIVED,
    EXTENSION_ARRIVED,
    SET_CLOSED
  }

  /** The lifecycles as they are. */
  public static Lifecycles standard() {
    return new Lifecycles(
        TransitionTable.<SetStage, SetEvent>of("forget set")
            .on(SetStage.EMPTY, SetEvent.ENTRY_ADDED, SetStage.OPEN)
            .on(SetStage.OPEN, SetEvent.ENTRY_ADDED, SetStage.OPEN)
            .on(SetStage.OPEN, SetEvent.REQUEST_WITHDRAWN, SetStage.OPEN)
            .on(SetStage.OPEN, SetEvent.SIZE_REACHED, SetStage.CLOSED)
            .on(SetStage.OPEN, SetEvent.BYTES_REACHED, SetStage.CLOSED)
            .on(SetStage.OPEN, SetEvent.AGE_REACHED, SetStage.CLOSED)
            .on(SetStage.OPEN, SetEvent.DEADLINE_NEAR, SetStage.CLOSED),
        TransitionTable.<RequestStage, RequestEvent>of("request")
            .on(RequestStage.UNSEEN, RequestEvent.PART_ARRIVED, RequestStage.OPEN)
            // Late data of a request that was refused as too large, and the withdrawal of one that
            // never came.
            .on(RequestStage.UNSEEN, RequestEvent.LATE_DATA_ARRIVED, RequestStage.UNSEEN)
            .on(RequestStage.UNSEEN, RequestEvent.WITHDRAWAL_ARRIVED, RequestStage.UNSEEN)
            .on(RequestStage.UNSEEN, RequestEvent.EXTENSION_ARRIVED, RequestStage.UNSEEN)
            .on(RequestStage.OPEN, RequestEvent.PART_ARRIVED, RequestStage.OPEN)
            .on(RequestStage.OPEN, RequestEvent.LATE_DATA_ARRIVED, RequestStage.OPEN)
            .on(RequestStage.OPEN, RequestEvent.WITHDRAWAL_ARRIVED, RequestStage.WITHDRAWN)
            .on(RequestStage.OPEN, RequestEvent.EXTENSION_ARRIVED, RequestStage.OPEN)
            .on(RequestStage.OPEN, RequestEvent.SET_CLOSED, RequestStage.CLOSED)
            // A request of several parts goes on into the next set; a withdrawal comes too late for
            // it.
            .on(RequestStage.CLOSED, RequestEvent.PART_ARRIVED, RequestStage.CLOSED)
            .on(RequestStage.CLOSED, RequestEvent.LATE_DATA_ARRIVED, RequestStage.CLOSED)
            .on(RequestStage.CLOSED, RequestEvent.WITHDRAWAL_ARRIVED, RequestStage.CLOSED)
            .on(RequestStage.CLOSED, RequestEvent.EXTENSION_ARRIVED, RequestStage.CLOSED)
            .on(RequestStage.CLOSED, RequestEvent.SET_CLOSED, RequestStage.CLOSED)
            .on(RequestStage.WITHDRAWN, RequestEvent.LATE_DATA_ARRIVED, RequestStage.WITHDRAWN)
            .on(RequestStage.WITHDRAWN, RequestEvent.EXTENSION_ARRIVED, RequestStage.WITHDRAWN)
            .on(RequestStage.WITHDRAWN, RequestEvent.WITHDRAWAL_ARRIVED, RequestStage.WITHDRAWN));
  }
}
