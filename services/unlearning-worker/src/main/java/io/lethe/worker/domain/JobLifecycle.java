package io.lethe.worker.domain;

import java.util.List;

/** The life of one attempt at a forget set, as a table. */
public final class JobLifecycle {
  /** Where an attempt stands. */
  public enum Phase {
    /** The forget set was taken from the topic. */
    CLAIMED,
    /** An earlier candidate has not been released yet, so the parent is not known. */
    WAITING_FOR_PARENT,
    /** Prompts are built from samples, titles and the retain reservoir. */
    ASSEMBLING,
    /** The unlearning method runs. */
    UNLEARNING,
    /** The candidate is measured. */
    GATING,
    /** The candidate becomes durable. */
    STORING,
    /** The outcome and the forget set's offset go into one transaction. */
    COMMITTING,
    /** A candidate was published. */
    PUBLISHED,
    /** Nothing had to be done. */
    ACKNOWLEDGED,
    /** The forget set lies in the dead-letter topic. */
    DEAD_LETTERED,
    /** Stopped or overtaken before the commit; the forget set will be delivered again. */
    INTERRUPTED
  }

  /** What moves an attempt on. */
  public enum Event {
    WAIT,
    ASSEMBLE,
    UNLEARN,
    GATE,
    STORE,
    /** The outcome is known. */
    SETTLE,
    COMMIT_CANDIDATE,
    COMMIT_NOTHING,
    COMMIT_DEAD_LETTER,
    INTERRUPT
  }

  /** One row of the table. */
  public record Transition(Phase from, Event event, Phase to) {}

  /** Every transition there is; whatever is not here is a defect. */
  public static final List<Transition> TRANSITIONS =
      List.of(
          new Transition(Phase.CLAIMED, Event.WAIT, Phase.WAITING_FOR_PARENT),
          new Transition(Phase.WAITING_FOR_PARENT, Event.ASSEMBLE, Phase.ASSEMBLING),
          new Transition(Phase.ASSEMBLING, Event.UNLEARN, Phase.UNLEARNING),
          new Transition(Phase.UNLEARNING, Event.GATE, Phase.GATING),
          new Transition(Phase.GATING, Event.STORE, Phase.STORING),
          // Before the commit the parent is looked at again: a release in between starts over.
          new Transition(Phase.STORING, Event.WAIT, Phase.WAITING_FOR_PARENT),
          new Transition(Phase.CLAIMED, Event.SETTLE, Phase.COMMITTING),
          new Transition(Phase.WAITING_FOR_PARENT, Event.SETTLE, Phase.COMMITTING),
          new Transition(Phase.ASSEMBLING, Event.SETTLE, Phase.COMMITTING),
          new Transition(Phase.UNLEARNING, Event.SETTLE, Phase.COMMITTING),
          new Transition(Phase.GATING, Event.SETTLE, Phase.COMMITTING),
          new Transition(Phase.STORING, Event.SETTLE, Phase.COMMITTING),
          new Transition(Phase.COMMITTING, Event.COMMIT_CANDIDATE, Phase.PUBLISHED),
          new Transition(Phase.COMMITTING, Event.COMMIT_NOTHING, Phase.ACKNOWLEDGED),
          new Transition(Phase.COMMITTING, Event.COMMIT_DEAD_LETTER, Phase.DEAD_LETTERED),
          new Transition(Phase.WAITING_FOR_PARENT, Event.INTERRUPT, Phase.INTERRUPTED),
          new Transition(Phase.ASSEMBLING, Event.INTERRUPT, Phase.INTERRUPTED),
          new Transition(Phase.UNLEARNING, Event.INTERRUPT, Phase.INTERRUPTED),
          new Transition(Phase.GATING, Event.INTERRUPT, Phase.INTERRUPTED),
          new Transition(Phase.STORING, Event.INTERRUPT, Phase.INTERRUPTED),
          new Transition(Phase.COMMITTING, Event.INTERRUPT, Phase.INTERRUPTED));

  private JobLifecycle() {}

  /** Whether an attempt in this phase is over. */
  public static boolean isFinal(Phase phase) {
    return TRANSITIONS.stream().noneMatch(transition -> transition.from() == phase);
  }

  /**
   * The phase after the event.
   *
   * @throws IllegalStateException when the table has no such transition
   */
  public static Transition next(Phase from, Event event) {
    for (Transition transition : TRANSITIONS) {
      if (transition.from() == from && transition.event() == event) {
        return transition;
      }
    }
    throw new IllegalStateException(
        "a job that is " + from + " cannot take " + event + "; this is a defect of the worker");
  }
}
