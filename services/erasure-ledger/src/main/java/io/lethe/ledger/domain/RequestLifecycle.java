package io.lethe.ledger.domain;

import static io.lethe.ledger.domain.RequestEvent.CANDIDATE_ACCEPTED;
import static io.lethe.ledger.domain.RequestEvent.CLOCKS_MET;
import static io.lethe.ledger.domain.RequestEvent.DEADLINE_EXTENDED;
import static io.lethe.ledger.domain.RequestEvent.EXACT_ACKNOWLEDGED;
import static io.lethe.ledger.domain.RequestEvent.REQUEST_ACCEPTED;
import static io.lethe.ledger.domain.RequestEvent.REQUEST_WITHDRAWN;
import static io.lethe.ledger.domain.RequestEvent.SUPPRESSION_ACKNOWLEDGED;
import static io.lethe.ledger.domain.RequestEvent.UNLEARNING_ACKNOWLEDGED;
import static io.lethe.ledger.domain.RequestEvent.VERSION_RELEASED;
import static io.lethe.schemas.event.RequestStage.CANDIDATE_REFUSED;
import static io.lethe.schemas.event.RequestStage.CANDIDATE_TRAINED;
import static io.lethe.schemas.event.RequestStage.COMPLETED;
import static io.lethe.schemas.event.RequestStage.FORGET_SET_CLOSED;
import static io.lethe.schemas.event.RequestStage.RECEIVED;
import static io.lethe.schemas.event.RequestStage.RELEASED;
import static io.lethe.schemas.event.RequestStage.SUPPRESSED;
import static io.lethe.schemas.event.RequestStage.UNKNOWN;
import static io.lethe.schemas.event.RequestStage.WITHDRAWN;

import io.lethe.schemas.event.RequestStage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lifecycle of a deletion request as one table. Suppression runs on a clock of its own: it may
 * be acknowledged in any stage before the end and moves the stage only when nothing else has, so
 * neither clock can hold up the other. So does exactness, which completes nothing and may come
 * after the end. An extension moves the deadline and no stage. Thread-safe.
 */
public final class RequestLifecycle {
  /** One allowed step. */
  public record Transition(RequestStage from, RequestEvent event, RequestStage to) {}

  /**
   * What an event leads to.
   *
   * @param to the stage reached; the stage before when the event is ignored
   * @param ignoredBecause why nothing happens; null when the step is allowed
   */
  public record Decision(RequestStage to, String ignoredBecause) {
    /** True when the table has the step. */
    public boolean allowed() {
      return ignoredBecause == null;
    }
  }

  /** Every allowed step, in the order of a request's life. */
  public static final List<Transition> TRANSITIONS =
      List.of(
          new Transition(UNKNOWN, REQUEST_ACCEPTED, RECEIVED),
          new Transition(RECEIVED, DEADLINE_EXTENDED, RECEIVED),
          new Transition(SUPPRESSED, DEADLINE_EXTENDED, SUPPRESSED),
          new Transition(FORGET_SET_CLOSED, DEADLINE_EXTENDED, FORGET_SET_CLOSED),
          new Transition(CANDIDATE_TRAINED, DEADLINE_EXTENDED, CANDIDATE_TRAINED),
          new Transition(CANDIDATE_REFUSED, DEADLINE_EXTENDED, CANDIDATE_REFUSED),
          new Transition(RELEASED, DEADLINE_EXTENDED, RELEASED),
          new Transition(RECEIVED, SUPPRESSION_ACKNOWLEDGED, SUPPRESSED),
          new Transition(RECEIVED, REQUEST_WITHDRAWN, WITHDRAWN),
          new Transition(SUPPRESSED, REQUEST_WITHDRAWN, WITHDRAWN),
          new Transition(RECEIVED, RequestEvent.FORGET_SET_CLOSED, FORGET_SET_CLOSED),
          new Transition(SUPPRESSED, RequestEvent.FORGET_SET_CLOSED, FORGET_SET_CLOSED),
          new Transition(FORGET_SET_CLOSED, SUPPRESSION_ACKNOWLEDGED, FORGET_SET_CLOSED),
          new Transition(FORGET_SET_CLOSED, CANDIDATE_ACCEPTED, CANDIDATE_TRAINED),
          new Transition(FORGET_SET_CLOSED, RequestEvent.CANDIDATE_REFUSED, CANDIDATE_REFUSED),
          new Transition(CANDIDATE_TRAINED, SUPPRESSION_ACKNOWLEDGED, CANDIDATE_TRAINED),
          new Transition(CANDIDATE_REFUSED, SUPPRESSION_ACKNOWLEDGED, CANDIDATE_REFUSED),
          // The catalog may refuse a candidate as stale; the one trained instead meets the gates
          // anew.
          new Transition(CANDIDATE_TRAINED, RequestEvent.CANDIDATE_REFUSED, CANDIDATE_REFUSED),
          new Transition(CANDIDATE_REFUSED, CANDIDATE_ACCEPTED, CANDIDATE_TRAINED),
          new Transition(CANDIDATE_TRAINED, VERSION_RELEASED, RELEASED),
          // Topics have no common order, and old records expire: a release may be the first that is
          // known.
          new Transition(CANDIDATE_REFUSED, VERSION_RELEASED, RELEASED),
          new Transition(FORGET_SET_CLOSED, VERSION_RELEASED, RELEASED),
          new Transition(SUPPRESSED, VERSION_RELEASED, RELEASED),
          new Transition(RECEIVED, VERSION_RELEASED, RELEASED),
          new Transition(RELEASED, SUPPRESSION_ACKNOWLEDGED, RELEASED),
          new Transition(RELEASED, UNLEARNING_ACKNOWLEDGED, RELEASED),
          new Transition(RELEASED, EXACT_ACKNOWLEDGED, RELEASED),
          new Transition(RELEASED, CLOCKS_MET, COMPLETED),
          // The third clock may be met long after the other two: the receipt is issued anew, and
          // its deadline may still move.
          new Transition(COMPLETED, DEADLINE_EXTENDED, COMPLETED),
          new Transition(COMPLETED, EXACT_ACKNOWLEDGED, COMPLETED));

  private final Set<Transition> visited = ConcurrentHashMap.newKeySet();

  /** What the event leads to from that stage. */
  public Decision decide(RequestStage from, RequestEvent event) {
    for (Transition transition : TRANSITIONS) {
      if (transition.from() == from && transition.event() == event) {
        visited.add(transition);
        return new Decision(transition.to(), null);
      }
    }
    return new Decision(from, "A request in stage " + from + " has no step for " + event + ".");
  }

  /** True when no other stage can follow that one. */
  public static boolean isFinal(RequestStage stage) {
    return TRANSITIONS.stream()
        .noneMatch(transition -> transition.from() == stage && transition.to() != stage);
  }

  /** The steps taken so far, so that a test can tell which were never driven. */
  public Set<Transition> visited() {
    return Set.copyOf(visited);
  }
}
