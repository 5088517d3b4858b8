package io.lethe.ledger.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.lethe.ledger.Events;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.schemas.tlog.Checkpoint;
import io.lethe.schemas.tlog.InclusionProof;
import io.lethe.schemas.tlog.LogAudit;
import io.lethe.schemas.tlog.NoteKey;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The log, receipts, exports and callbacks over HTTP. */
@QuarkusTest
@TestProfile(LedgerInterface.WithoutBroker.class)
class EvidenceInterfaceTest extends LedgerInterface {
  @Test
  void shouldGiveThePublicKeyAndNeverThePrivateOne() {
    given()
        .get("/v1/public-key")
        .then()
        .statusCode(200)
        .body("kty", equalTo("OKP"))
        .body("crv", equalTo("Ed25519"))
        .body("alg", equalTo("EdDSA"))
        .body("vkey", startsWith("log.example/lethe+"))
        .body("d", nullValue());
  }

  @Test
  void shouldServeTheLogAsTilesThatVerify() throws Exception {
    issue("00000000-0000-4000-8000-000000000005");
    NoteKey key = NoteKey.parse(given().get("/v1/public-key").jsonPath().getString("vkey"));
    Response served = given().get("/v1/log/checkpoint");
    assertThat(served.contentType().replace(" ", ""))
        .isEqualToIgnoringCase("text/plain;charset=utf-8");
    assertThat(served.header("Cache-Control")).isEqualTo("no-cache");
    Checkpoint checkpoint = new LogAudit(List.of(key)).verify(this::fetch, List.of());
    assertThat(checkpoint.size()).isEqualTo(log.size());
    problem("/v1/log/tile/0/000.p/255", 404)
        .body("type", equalTo("urn:lethe:problem:unknown-tile"));
    problem("/v1/log/tile/64/000", 404);
    problem("/v1/log/tile/entries/001", 404).body("field", equalTo("tile"));

    given()
        .get("/v1/log/consistency?from=1")
        .then()
        .statusCode(200)
        .body("to", equalTo((int) log.size()))
        .body("checkpoint", equalTo(log.checkpoint()));
    problem("/v1/log/consistency", 400).body("field", equalTo("from"));
    problem("/v1/log/consistency?from=" + (log.size() + 1), 400)
        .body("detail", containsString("a longer log that you know of was cut off"));
  }

  @Test
  void shouldProveAReceiptUnderTheNewestCheckpointAndShowItAsAPage() throws Exception {
    String request = "00000000-0000-4000-8000-000000000006";
    issue(request);
    issue("00000000-0000-4000-8000-000000000007");
    NoteKey key = NoteKey.parse(given().get("/v1/public-key").jsonPath().getString("vkey"));
    String receipt = given().get("/v1/receipts/" + request).then().extract().asString();
    byte[] entry = Base64.getUrlDecoder().decode(JsonPath.from(receipt).getString("entry"));
    String proof =
        given()
            .get("/v1/receipts/" + request + "/proof")
            .then()
            .statusCode(200)
            .contentType(startsWith("text/plain"))
            .extract()
            .asString();
    assertThat(InclusionProof.parse(proof).verify(entry, List.of(key)).size())
        .isEqualTo(log.size());
    String page =
        given()
            .get("/v1/receipts/" + request + "/page")
            .then()
            .statusCode(200)
            .contentType(startsWith("text/html"))
            .extract()
            .asString();
    assertThat(page)
        .contains("<html lang=\"en\">", "@media print", request, "Forgotten approximately.")
        .contains("2026-01-01T00:00:01Z", "1.0 s", "kept", "not yet", "c2sp.org/tlog-proof@v1")
        .contains("log.example/lethe", key.text().substring(0, 20))
        .doesNotContain("<script", "https://", "http://", "src=");
    problem("/v1/receipts/" + Events.REQUEST + "/page", 404);
  }

  @Test
  void shouldExportEverythingHeldAboutARequest() {
    String request = "00000000-0000-4000-8000-000000000008";
    issue(request);
    given()
        .get("/v1/requests/" + request + "/export")
        .then()
        .statusCode(200)
        .body("standing.requestId", equalTo(request))
        .body("log", equalTo("log.example/lethe"))
        .body("entries.event", contains("CLOCKS_MET"))
        .body("entries[0].receiptDigest.length()", equalTo(64))
        .body("receipts.receiptId", contains(RequestProgress.receiptId(request)))
        .body("receipts[0].signed.proof", startsWith("c2sp.org/tlog-proof@v1"))
        .body("callbacks", empty());
    problem("/v1/requests/nobody/export", 404).body("field", equalTo("requestId"));
  }

  @Test
  void shouldListCallbacksAndSayWhenThereIsNoneToRetry() {
    given()
        .get("/v1/callbacks")
        .then()
        .statusCode(200)
        .body("pending", equalTo(0))
        .body("dead", equalTo(0))
        .body("callbacks", empty());
    given()
        .contentType("application/json")
        .post("/v1/callbacks/nobody/retry")
        .then()
        .statusCode(404)
        .body("field", equalTo("receiptId"));
    given()
        .get("/q/metrics")
        .then()
        .body(containsString("erasure_callbacks{state=\"DEAD\"} 0.0"))
        .body(containsString("ledger_log_entries"));
  }

  @Test
  void shouldShowWhetherAReceiptIsExactOrApproximate() {
    String approximate = "00000000-0000-4000-8000-000000000003";
    String exact = "00000000-0000-4000-8000-000000000004";
    ledger.load(completed(approximate).build());
    ledger.load(
        completed(exact)
            .setExactAt(Events.after(9))
            .setExactVersion(7L)
            .setExactAdapterId("adapter-7")
            .build());
    given()
        .get("/v1/requests/" + approximate)
        .then()
        .statusCode(200)
        .body("exactAt", nullValue())
        .body("receiptId", equalTo("receipt-of-" + approximate));
    given()
        .get("/v1/requests/" + exact)
        .then()
        .statusCode(200)
        .body("exactAt", equalTo("2026-01-01T00:00:09Z"))
        .body("exactVersion", equalTo(7))
        .body("exactAdapterId", equalTo("adapter-7"));
  }

  private Optional<byte[]> fetch(String path) {
    Response answer = given().get("/v1/log/" + path);
    return answer.statusCode() == 200 ? Optional.of(answer.asByteArray()) : Optional.empty();
  }
}
