package io.lethe.intake.http;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.lethe.intake.status.RequestStatus;
import io.lethe.schemas.event.DeadlineExtension;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.ExtensionReason;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Where a deletion request stands, as its asker sees it. A clock that has not been met is null.
 *
 * @param status pending until the forget set closes, then in_progress; completed or cancelled at
 *     the end
 * @param stage the ledger's stage
 * @param receivedAt start of the legal clock
 * @param expectedBy the legal deadline that stands
 * @param extension how it came to move; null while the first deadline stands
 * @param receipt path of the receipt at the ledger, once complete
 */
@Schema(description = "Where a deletion request stands, with its three clocks.")
public record DeletionRequestStatus(
    String requestId,
    @Schema(enumeration = {"pending", "in_progress", "completed", "cancelled"}) String status,
    RequestStage stage,
    Regime regime,
    @JsonFormat(shape = JsonFormat.Shape.STRING) Instant receivedAt,
    @JsonFormat(shape = JsonFormat.Shape.STRING) Instant acceptedAt,
    @JsonFormat(shape = JsonFormat.Shape.STRING) Instant expectedBy,
    Extension extension,
    boolean withdrawalRequested,
    @JsonFormat(shape = JsonFormat.Shape.STRING) Instant suppressedAt,
    @JsonFormat(shape = JsonFormat.Shape.STRING) Instant unlearnedAt,
    @JsonFormat(shape = JsonFormat.Shape.STRING) Instant exactAt,
    Long adapterVersion,
    String receipt,
    String reason) {

  static DeletionRequestStatus of(RequestStatus known) {
    DeletionProgressed progress = known.progress();
    boolean told = progress != null;
    return new DeletionRequestStatus(
        known.requestId(),
        statusOf(known.stage()),
        known.stage(),
        known.regime(),
        known.receivedAt(),
        known.acceptedAt(),
        known.dueAt(),
        Extension.of(known.extension()),
        known.withdrawalRequested(),
        told ? progress.getSuppressedAt() : null,
        told ? progress.getUnlearnedAt() : null,
        told ? progress.getExactAt() : null,
        told ? progress.getVersion() : null,
        told && progress.getReceiptId() != null ? "/v1/receipts/" + progress.getReceiptId() : null,
        told ? progress.getReason() : null);
  }

  /**
   * The extension of a deadline.
   *
   * @param firstExpectedBy the deadline before
   * @param notifiedAt when the person was told
   */
  @Schema(name = "DeadlineExtensionStatus")
  public record Extension(
      @JsonFormat(shape = JsonFormat.Shape.STRING) Instant firstExpectedBy,
      ExtensionReason reason,
      @JsonFormat(shape = JsonFormat.Shape.STRING) Instant notifiedAt) {

    static Extension of(DeadlineExtension extension) {
      return extension == null
          ? null
          : new Extension(
              extension.getFirstDueAt(), extension.getReason(), extension.getNotifiedAt());
    }
  }

  private static String statusOf(RequestStage stage) {
    return switch (stage) {
      case UNKNOWN, RECEIVED, SUPPRESSED -> "pending";
      case FORGET_SET_CLOSED, CANDIDATE_TRAINED, CANDIDATE_REFUSED, RELEASED -> "in_progress";
      case COMPLETED -> "completed";
      case WITHDRAWN -> "cancelled";
    };
  }
}
