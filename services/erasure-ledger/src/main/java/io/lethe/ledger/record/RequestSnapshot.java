package io.lethe.ledger.record;

import io.lethe.schemas.event.DeadlineExtension;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.ExtensionReason;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import java.time.Instant;
import java.util.List;

/** A request's snapshot as JSON has it: the fields of DeletionProgressed. */
public record RequestSnapshot(
    String requestId,
    String subjectRef,
    RequestStage stage,
    Regime regime,
    Instant receivedAt,
    Instant acceptedAt,
    Instant dueAt,
    Instant suppressedAt,
    String forgetSetId,
    Instant forgetSetClosedAt,
    Integer samples,
    String adapterId,
    Long version,
    Instant releasedAt,
    Instant unlearnedAt,
    Instant exactAt,
    List<String> acknowledgedBy,
    String receiptId,
    String reason,
    Instant updatedAt,
    Long exactVersion,
    String exactAdapterId,
    Extension extension) {
  /**
   * How the deadline came to move; null while the first one stands.
   *
   * @param firstDueAt the deadline before
   * @param notifiedAt when the person was told
   */
  public record Extension(Instant firstDueAt, ExtensionReason reason, Instant notifiedAt) {
    static Extension of(DeadlineExtension event) {
      return event == null
          ? null
          : new Extension(event.getFirstDueAt(), event.getReason(), event.getNotifiedAt());
    }

    DeadlineExtension toEvent() {
      return new DeadlineExtension(firstDueAt, reason, notifiedAt);
    }
  }

  /** From the event. */
  public static RequestSnapshot of(DeletionProgressed event) {
    return new RequestSnapshot(
        event.getRequestId(),
        event.getSubjectRef(),
        event.getStage(),
        event.getRegime(),
        event.getReceivedAt(),
        event.getAcceptedAt(),
        event.getDueAt(),
        event.getSuppressedAt(),
        event.getForgetSetId(),
        event.getForgetSetClosedAt(),
        event.getSamples(),
        event.getAdapterId(),
        event.getVersion(),
        event.getReleasedAt(),
        event.getUnlearnedAt(),
        event.getExactAt(),
        List.copyOf(event.getAcknowledgedBy()),
        event.getReceiptId(),
        event.getReason(),
        event.getUpdatedAt(),
        event.getExactVersion(),
        event.getExactAdapterId(),
        Extension.of(event.getExtension()));
  }

  /** As the event. */
  public DeletionProgressed toEvent() {
    return DeletionProgressed.newBuilder()
        .setRequestId(requestId)
        .setSubjectRef(subjectRef)
        .setStage(stage)
        .setRegime(regime)
        .setReceivedAt(receivedAt)
        .setAcceptedAt(acceptedAt)
        .setDueAt(dueAt)
        .setSuppressedAt(suppressedAt)
        .setForgetSetId(forgetSetId)
        .setForgetSetClosedAt(forgetSetClosedAt)
        .setSamples(samples)
        .setAdapterId(adapterId)
        .setVersion(version)
        .setReleasedAt(releasedAt)
        .setUnlearnedAt(unlearnedAt)
        .setExactAt(exactAt)
        .setAcknowledgedBy(acknowledgedBy)
        .setReceiptId(receiptId)
        .setReason(reason)
        .setUpdatedAt(updatedAt)
        .setExactVersion(exactVersion)
        .setExactAdapterId(exactAdapterId)
        .setExtension(extension == null ? null : extension.toEvent())
        .build();
  }
}
