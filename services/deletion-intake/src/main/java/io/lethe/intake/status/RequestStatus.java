package io.lethe.intake.status;

import io.lethe.schemas.event.DeadlineExtension;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import java.time.Instant;

/**
 * Where a request stands: what intake accepted, and what the ledger has told of it since. At least
 * one of the two is present.
 *
 * @param accepted the accepted request; null when its record has expired
 * @param withdrawalRequested true once its withdrawal was asked for
 * @param extended the extension of its deadline; null when none was asked for, or its record has
 *     expired
 * @param progress the ledger's latest snapshot; null before the first
 */
public record RequestStatus(
    DeletionRequested accepted,
    boolean withdrawalRequested,
    DeletionRequested extended,
    DeletionProgressed progress) {

  /** The request. */
  public String requestId() {
    return accepted != null ? accepted.getRequestId() : progress.getRequestId();
  }

  /** Keyed pseudonym of the person. */
  public String subjectRef() {
    return accepted != null ? accepted.getSubjectRef() : progress.getSubjectRef();
  }

  /** The law or rule that sets the deadline. */
  public Regime regime() {
    return accepted != null ? accepted.getRegime() : progress.getRegime();
  }

  /** Start of the legal clock. */
  public Instant receivedAt() {
    return accepted != null ? accepted.getReceivedAt() : progress.getReceivedAt();
  }

  /** When intake accepted it. */
  public Instant acceptedAt() {
    return accepted != null ? accepted.getAcceptedAt() : progress.getAcceptedAt();
  }

  /** The deadline that stands. */
  public Instant dueAt() {
    if (extended != null) {
      return extended.getDueAt();
    }
    if (extension() != null) {
      return progress.getDueAt();
    }
    return accepted != null ? accepted.getDueAt() : progress.getDueAt();
  }

  /**
   * Whether that account system sent the request. Nobody did, as far as is known, once the accepted
   * record has expired.
   */
  public boolean isFrom(String source) {
    return accepted != null && accepted.getSource().equals(source);
  }

  /** The extension that moved the deadline; null while the first one stands. */
  public DeadlineExtension extension() {
    if (extended != null) {
      return extended.getExtension();
    }
    return progress == null ? null : progress.getExtension();
  }

  /** True when no deadline runs any more: the request is withdrawn, or forgotten exactly. */
  public boolean isDeadlineMet() {
    return withdrawalRequested
        || stage() == RequestStage.WITHDRAWN
        || (progress != null && progress.getExactAt() != null);
  }

  /** The furthest stage that the ledger has told; RECEIVED before it tells any. */
  public RequestStage stage() {
    return progress == null || progress.getStage() == RequestStage.UNKNOWN
        ? RequestStage.RECEIVED
        : progress.getStage();
  }

  /**
   * True when the forget set that carries the request has closed, so that it cannot be withdrawn.
   */
  public boolean isForgetSetClosed() {
    return switch (stage()) {
      case FORGET_SET_CLOSED, CANDIDATE_TRAINED, CANDIDATE_REFUSED, RELEASED, COMPLETED -> true;
      default -> progress != null && progress.getForgetSetId() != null;
    };
  }

  /** True when nothing more will happen to the request. */
  public boolean isFinished() {
    return stage() == RequestStage.COMPLETED || stage() == RequestStage.WITHDRAWN;
  }

  /**
   * True when the digest is that of this request. Once the accepted record has expired only its
   * subject and regime are left to compare, and the digest says nothing.
   */
  public boolean hasContent(String contentDigest, String subjectRef, Regime regime) {
    return accepted != null
        ? accepted.getContentDigest().equals(contentDigest)
        : progress.getSubjectRef().equals(subjectRef) && progress.getRegime() == regime;
  }
}
