package io.lethe.ledger.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.lethe.ledger.Events;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

/**
 * Requests and servers without a broker: what was loaded is shown, and the service is not ready.
 */
@QuarkusTest
@TestProfile(LedgerInterface.WithoutBroker.class)
class RequestsInterfaceTest extends LedgerInterface {
  @Test
  void shouldTellWhereARequestStands() {
    given()
        .get("/v1/requests/" + Events.REQUEST)
        .then()
        .statusCode(200)
        .body("stage", equalTo("SUPPRESSED"))
        .body("acceptedAt", equalTo("2026-01-01T00:00:00Z"))
        .body("unlearnedAt", nullValue());
  }

  @Test
  void shouldListRequestsByStage() {
    given()
        .get("/v1/requests?stage=WITHDRAWN&limit=5")
        .then()
        .statusCode(200)
        .body("requestId", contains(Events.OTHER_REQUEST));
    given().get("/v1/requests").then().statusCode(200).body("requestId", hasItem(Events.REQUEST));
  }

  @Test
  void shouldAnswerProblemsThatNameTheFieldAndTheRemedy() {
    problem("/v1/requests/nobody", 404).body("field", equalTo("requestId"));
    problem("/v1/receipts/" + Events.REQUEST, 404)
        .body("title", equalTo("Unknown receipt"))
        .body("detail", containsString("when the request is completed"));
    problem("/v1/requests?stage=LOST", 400).body("field", equalTo("stage"));
    problem("/v1/requests?limit=201", 400)
        .body(
            "detail",
            equalTo(
                "The limit is no whole number from 1 to 200; give one, or raise lethe.list-max."));
    problem("/v1/requests?limit=many", 400).body("field", equalTo("limit"));
    problem("/v1/nothing", 404).body("type", equalTo("urn:lethe:problem:http-404"));
  }

  @Test
  void shouldListServers() {
    given()
        .get("/v1/servers")
        .then()
        .statusCode(200)
        .body("[0].replicaId", equalTo("server-1"))
        .body("[0].live", equalTo(false))
        .body("[0].version", equalTo(3))
        .body("[0].suppressionOffsets.'0'", equalTo(8));
  }

  @Test
  void shouldBeLiveButNotReadyWithoutABroker() {
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(503)
        .body("checks[0].data.obstacle", equalTo("still reading the topics"));
    given().get("/q/health/live").then().statusCode(200);
  }

  @Test
  void shouldCountRequestsByStage() {
    given()
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("erasure_requests{stage=\"WITHDRAWN\"} 1.0"))
        .body(containsString("erasure_deadline_remaining_min_seconds{clock=\"unlearned\"}"))
        .body(containsString("erasure_deadline_remaining_min_seconds{clock=\"exact\"}"))
        .body(not(containsString(Events.REQUEST)));
  }
}
