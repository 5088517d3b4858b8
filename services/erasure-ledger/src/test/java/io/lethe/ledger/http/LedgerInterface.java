package io.lethe.ledger.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import io.lethe.ledger.Events;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestEvent;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.domain.VersionTable;
import io.lethe.ledger.follow.Ledger;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.RequestStage;
import io.lethe.testing.Tokens;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.restassured.RestAssured;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The ledger without a broker, two requests and a server loaded, and a caller with both roles. */
abstract class LedgerInterface {
  /** A state directory of its own, a free port, and a broker that is not there. */
  public static final class WithoutBroker implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      try {
        return Map.of(
            "lethe.state-directory",
            Files.createTempDirectory("erasure-ledger").toString(),
            "kafka.bootstrap.servers",
            "localhost:1",
            "quarkus.http.test-port",
            "0",
            "quarkus.oidc.public-key",
            Tokens.publicKey(),
            "lethe.list-max",
            "200",
            "lethe.log.origin",
            "log.example/lethe");
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  @Inject Ledger ledger;
  @Inject ServerTable servers;
  @Inject TransitionLog log;
  @Inject ReceiptOffice receipts;

  @BeforeEach
  void load() {
    ledger.load(snapshot(Events.REQUEST, RequestStage.SUPPRESSED));
    ledger.load(snapshot(Events.OTHER_REQUEST, RequestStage.WITHDRAWN));
    servers.heartbeat(Events.serving("server-1", 3, 8, 0), Events.START);
    RestAssured.requestSpecification =
        new RequestSpecBuilder()
            .addHeader(
                "Authorization", "Bearer " + Tokens.of("anna", Roles.AUDITOR, Roles.OPERATOR))
            .build();
  }

  @AfterEach
  void forgetTheCaller() {
    RestAssured.requestSpecification = null;
  }

  /** Logs the completion of a request, signs its receipt and shows it. */
  final void issue(String requestId) {
    Knowledge knowledge =
        new Knowledge(new VersionTable(4), new ServerTable(Duration.ofSeconds(60), 1, 10), 10);
    Step step =
        new Step(
            RequestEvent.CLOCKS_MET,
            RequestStage.RELEASED,
            completed(requestId).setReceiptId(RequestProgress.receiptId(requestId)).build());
    Map<Step, String> digests = receipts.draft(List.of(step), Events.after(7), knowledge);
    receipts.issue(log.append(List.of(step), Events.after(7), digests::get));
    ledger.load(step.after());
  }

  static ValidatableResponse problem(String path, int status) {
    return given()
        .get(path)
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status));
  }

  static DeletionProgressed.Builder completed(String requestId) {
    return builder(requestId, RequestStage.COMPLETED)
        .setVersion(1L)
        .setReleasedAt(Events.after(4))
        .setUnlearnedAt(Events.after(6))
        .setForgetSetId(Events.SET)
        .setReceiptId("receipt-of-" + requestId);
  }

  static DeletionProgressed snapshot(String requestId, RequestStage stage) {
    return builder(requestId, stage).build();
  }

  static DeletionProgressed.Builder builder(String requestId, RequestStage stage) {
    return DeletionProgressed.newBuilder()
        .setRequestId(requestId)
        .setSubjectRef("subject-one")
        .setStage(stage)
        .setRegime(Regime.GDPR)
        .setReceivedAt(Events.START)
        .setAcceptedAt(Events.START)
        .setDueAt(Events.START.plus(Duration.ofDays(30)))
        .setSuppressedAt(Events.after(1))
        .setUpdatedAt(Events.after(1));
  }
}
