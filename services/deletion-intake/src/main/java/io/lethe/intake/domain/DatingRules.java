package io.lethe.intake.domain;

import io.lethe.schemas.event.Regime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Dates a submission: when its legal clock started and when it ends, and until when it may be
 * moved.
 */
public final class DatingRules {
  private final DeadlinePolicy policy;
  private final Duration clockSkewTolerance;

  /**
   * Rules.
   *
   * @param clockSkewTolerance how far ahead of ours an asker's clock may be
   */
  public DatingRules(DeadlinePolicy policy, Duration clockSkewTolerance) {
    this.policy = policy;
    this.clockSkewTolerance = clockSkewTolerance;
  }

  /**
   * Dates a submission. Whether a deadline has passed is judged at its arrival: a record that
   * waited in Kafka while intake was down is late by our fault, and is still accepted.
   *
   * @param arrivedAt when the submission reached us or our broker, at most acceptedAt
   * @throws RefusedException when a date lies in the future or the past, or beyond the law's
   *     deadline
   */
  public Dates date(Submission submission, Instant arrivedAt, Instant acceptedAt) {
    Instant arrival = arrivedAt.isAfter(acceptedAt) ? acceptedAt : arrivedAt;
    Instant receivedAt = receivedAt(submission, arrival).truncatedTo(ChronoUnit.MILLIS);
    Instant lawful = policy.dueAt(submission.regime(), receivedAt);
    if (!lawful.isAfter(arrival)) {
      throw new RefusedException(
          RefusalReason.PAST_DATE,
          "submittedAt",
          "The lawful deadline that follows from submittedAt has passed already; leave submittedAt"
              + " out to start the clock now, and report the delay to the controller.");
    }
    Instant dueAt = dueAt(submission, arrival, lawful).truncatedTo(ChronoUnit.MILLIS);
    return new Dates(receivedAt, acceptedAt.truncatedTo(ChronoUnit.MILLIS), dueAt);
  }

  /**
   * The deadline of a request that is extended. It is moved only before the first one has passed,
   * and only for a person who was told.
   *
   * @param firstDueAt the deadline that stands
   * @throws RefusedException when the regime has no extension, the first deadline has passed, or a
   *     date does not fit
   */
  public Instant extend(
      Regime regime,
      Instant receivedAt,
      Instant firstDueAt,
      ExtensionRequest extension,
      Instant now) {
    DeadlineRule rule = policy.rule(regime);
    if (!rule.isExtendable()) {
      throw new RefusedException(
          RefusalReason.NOT_EXTENDABLE,
          "regime",
          "The regime " + regime + " has no extension; the deadline of the request stands.");
    }
    if (now.isAfter(firstDueAt)) {
      throw new RefusedException(
          RefusalReason.TOO_LATE,
          "requestId",
          "The first deadline ("
              + firstDueAt
              + ") has passed; a deadline is extended before it, never after.");
    }
    requireNotified(extension.notifiedAt(), receivedAt, now);
    Instant latest = rule.extendedDueAt(receivedAt);
    Instant dueAt =
        extension.dueAt() == null ? latest : extension.dueAt().truncatedTo(ChronoUnit.MILLIS);
    if (dueAt.isAfter(latest)) {
      throw new RefusedException(
          RefusalReason.AFTER_LAWFUL_DEADLINE,
          "dueAt",
          "dueAt is later than the regime allows ("
              + latest
              + "); send that instant or an earlier one, or leave it out.");
    }
    if (!dueAt.isAfter(firstDueAt)) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          "dueAt",
          "dueAt is not later than the deadline that stands ("
              + firstDueAt
              + "); send a later instant, or leave it out.");
    }
    return dueAt;
  }

  private void requireNotified(Instant notifiedAt, Instant receivedAt, Instant now) {
    if (notifiedAt.isAfter(now.plus(clockSkewTolerance))) {
      throw new RefusedException(
          RefusalReason.FUTURE_DATE,
          "notifiedAt",
          "notifiedAt lies in the future; tell the person first, then extend.");
    }
    if (notifiedAt.isBefore(receivedAt)) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          "notifiedAt",
          "notifiedAt lies before the request was received ("
              + receivedAt
              + "); send the moment at which the person was told of this extension.");
    }
  }

  private Instant receivedAt(Submission submission, Instant arrival) {
    Instant submittedAt = submission.submittedAt();
    if (submittedAt == null) {
      return arrival;
    }
    if (submittedAt.isAfter(arrival.plus(clockSkewTolerance))) {
      throw new RefusedException(
          RefusalReason.FUTURE_DATE,
          "submittedAt",
          "submittedAt lies in the future; send the moment at which the person asked, in UTC, or"
              + " leave it out.");
    }
    return submittedAt.isAfter(arrival) ? arrival : submittedAt;
  }

  private static Instant dueAt(Submission submission, Instant arrival, Instant lawful) {
    Instant dueAt = submission.dueAt();
    if (dueAt == null) {
      return lawful;
    }
    if (!dueAt.isAfter(arrival)) {
      throw new RefusedException(
          RefusalReason.PAST_DATE,
          "dueAt",
          "dueAt has passed already; send a later instant, or leave it out for the law's own"
              + " deadline.");
    }
    if (dueAt.isAfter(lawful)) {
      throw new RefusedException(
          RefusalReason.AFTER_LAWFUL_DEADLINE,
          "dueAt",
          "dueAt is later than the regime allows ("
              + lawful
              + "); send that instant or an earlier one, or leave it out.");
    }
    return dueAt;
  }
}
