package io.lethe.intake;

import io.lethe.intake.domain.ErasureScope;
import io.lethe.intake.domain.Submission;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.ScopeKind;
import java.time.Instant;
import java.util.List;

/** Requests for tests. */
public final class Requests {
  public static final Instant NOW = Instant.parse("2026-05-10T10:00:00Z");
  public static final Instant DUE = Instant.parse("2026-06-10T21:59:59.999Z");
  public static final String SUBJECT_REF = "a".repeat(52);

  private Requests() {}

  /** A request id with this number at its end. */
  public static String id(int number) {
    return String.format("00000000-0000-4000-8000-%012d", number);
  }

  public static Submission submission(int number, String keyRef) {
    return new Submission(
        id(number), SUBJECT_REF, ErasureScope.all(), Regime.GDPR, null, null, "shop", keyRef);
  }

  public static DeletionRequested erase(int number, String digest, String keyRef) {
    return DeletionRequested.newBuilder()
        .setRequestId(id(number))
        .setAction(DeletionAction.ERASE)
        .setSubjectRef(SUBJECT_REF)
        .setScope(DeletionScope.newBuilder().setKind(ScopeKind.ALL).setItemIds(List.of()).build())
        .setRegime(Regime.GDPR)
        .setReceivedAt(NOW)
        .setAcceptedAt(NOW)
        .setDueAt(DUE)
        .setSource("shop")
        .setContentDigest(digest)
        .setIdempotencyKey(keyRef)
        .build();
  }

  public static DeletionProgressed progress(int number, RequestStage stage) {
    return DeletionProgressed.newBuilder()
        .setRequestId(id(number))
        .setSubjectRef(SUBJECT_REF)
        .setStage(stage)
        .setRegime(Regime.GDPR)
        .setReceivedAt(NOW)
        .setAcceptedAt(NOW)
        .setDueAt(DUE)
        .setUpdatedAt(NOW)
        .build();
  }
}
