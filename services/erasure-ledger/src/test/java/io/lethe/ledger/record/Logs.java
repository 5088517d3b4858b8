package io.lethe.ledger.record;

import static io.lethe.ledger.Events.START;
import static io.lethe.ledger.Events.SUBJECT;
import static io.lethe.ledger.Events.after;

import io.lethe.ledger.domain.RequestEvent;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.Step;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.tlog.NoteKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.List;

/** Steps and signers for logs. */
public final class Logs {
  private Logs() {}

  /** A signer with a key of its own. */
  public static LogSigner signer(String origin) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new LogSigner(
          NoteKey.of(origin, pair.getPublic()),
          message -> {
            try {
              Signature signature = Signature.getInstance("Ed25519");
              signature.initSign(pair.getPrivate());
              signature.update(message);
              return signature.sign();
            } catch (GeneralSecurityException impossible) {
              throw new IllegalStateException(impossible);
            }
          });
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The first step of a request of that number. */
  public static Step step(int number) {
    return new Step(
        RequestEvent.REQUEST_ACCEPTED,
        RequestStage.UNKNOWN,
        DeletionProgressed.newBuilder()
            .setRequestId("request-" + number)
            .setSubjectRef("subject-" + number)
            .setStage(RequestStage.RECEIVED)
            .setRegime(Regime.GDPR)
            .setReceivedAt(START)
            .setAcceptedAt(after(number))
            .setDueAt(after(100))
            .setSamples(number)
            .setVersion(7L)
            .setAcknowledgedBy(List.of("a"))
            .setUpdatedAt(after(1))
            .build());
  }

  /** The step that completes the request, with a receipt. */
  public static Step completing(String requestId) {
    return new Step(
        RequestEvent.CLOCKS_MET,
        RequestStage.RELEASED,
        DeletionProgressed.newBuilder()
            .setRequestId(requestId)
            .setSubjectRef(SUBJECT)
            .setStage(RequestStage.COMPLETED)
            .setRegime(Regime.GDPR)
            .setReceivedAt(START)
            .setAcceptedAt(START)
            .setDueAt(after(1000))
            .setSuppressedAt(after(1))
            .setUnlearnedAt(after(6))
            .setReceiptId(RequestProgress.receiptId(requestId))
            .setUpdatedAt(after(7))
            .build());
  }
}
