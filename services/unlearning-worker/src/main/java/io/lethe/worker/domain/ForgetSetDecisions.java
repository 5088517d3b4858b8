package io.lethe.worker.domain;

import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.ForgetSetClosed;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What becomes of a forget set, decided between its claim and its commit; the work in between is
 * done elsewhere. Not thread-safe: the training thread owns it.
 *
 * <p>A candidate whose commit failed is kept, so that the set's next delivery commits it again
 * instead of training again.
 */
public final class ForgetSetDecisions {
  private final Duration parentWait;
  private AdapterTrained uncommitted;

  /**
   * Decisions without a candidate kept.
   *
   * @param parentWait how long a claim was waited for, told where it was in vain
   */
  public ForgetSetDecisions(Duration parentWait) {
    this.parentWait = parentWait;
  }

  /**
   * Whether there is nothing to forget: every request of the set was withdrawn. A set that names no
   * request may yet hold samples, parts of a request that the next set names.
   */
  public static boolean isEmpty(ForgetSetClosed set) {
    return set.getRequestIds().isEmpty() && set.getSamples().isEmpty();
  }

  /**
   * What becomes of a set that was claimed; empty when it is to be trained.
   *
   * @throws UnprocessableForgetSetException when it still has to wait, since the wait is over, or
   *     is out of turn
   */
  public Optional<Outcome> claimed(ForgetSetClosed set, Claim claim) {
    if (claim instanceof Claim.Duplicate duplicate) {
      return Optional.of(new Outcome.Acknowledge(duplicate.reason()));
    }
    if (claim instanceof Claim.Wait wait) {
      throw new UnprocessableForgetSetException(
          "waited " + parentWait + " (lethe.parent-wait) in vain: " + wait.reason());
    }
    if (claim instanceof Claim.OutOfTurn outOfTurn) {
      throw new UnprocessableForgetSetException(outOfTurn.reason());
    }
    Parent parent = ((Claim.Train) claim).parent();
    return isUncommitted(set, parent)
        ? Optional.of(new Outcome.Publish(uncommitted))
        : Optional.empty();
  }

  /**
   * What becomes of a set whose candidate is stored; empty when the parent was overtaken meanwhile,
   * so that the set starts over.
   *
   * @param now the claim on the set as it stands now
   */
  public Optional<Outcome> stored(Claim now, Parent trainedOn, Supplier<AdapterTrained> candidate) {
    if (now instanceof Claim.Duplicate duplicate) {
      return Optional.of(new Outcome.Acknowledge(duplicate.reason()));
    }
    boolean current =
        now instanceof Claim.Train train && train.parent().version() == trainedOn.version();
    return current ? Optional.of(new Outcome.Publish(candidate.get())) : Optional.empty();
  }

  /** The outcome was committed. */
  public void committed(Outcome outcome) {
    if (outcome instanceof Outcome.Publish) {
      uncommitted = null;
    }
  }

  /** The outcome was not committed; its set will be delivered again. */
  public void aborted(Outcome outcome) {
    if (outcome instanceof Outcome.Publish publish) {
      uncommitted = publish.candidate();
    }
  }

  private boolean isUncommitted(ForgetSetClosed set, Parent parent) {
    return uncommitted != null
        && uncommitted.getForgetSetId().equals(set.getForgetSetId())
        && Objects.equals(uncommitted.getParentAdapterId(), parent.adapterId());
  }
}
