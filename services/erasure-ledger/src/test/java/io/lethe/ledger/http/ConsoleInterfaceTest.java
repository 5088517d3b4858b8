package io.lethe.ledger.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.lethe.ledger.Events;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.kafka.RecordPosition;
import io.lethe.testing.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The console's page, what it asks for, and how a browser signs in. */
@QuarkusTest
@TestProfile(LedgerInterface.WithoutBroker.class)
class ConsoleInterfaceTest extends LedgerInterface {
  @Inject FlowTable flow;

  @Test
  void shouldServeTheConsoleFromItselfAlone() {
    Response page = given().get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self';", "style-src 'self';")
        .doesNotContain("unsafe");
    List<String> assets =
        Pattern.compile("(?:src|href)=\"([^\"]+\\.(?:js|css))\"")
            .matcher(page.asString())
            .results()
            .map(asset -> asset.group(1))
            .toList();
    assertThat(page.asString())
        .contains("<html lang=\"en\">", "data-refresh-millis=\"2000\"", "<noscript>")
        .doesNotContain("https://", Events.REQUEST);
    assertThat(assets).hasSize(2).allMatch(asset -> asset.startsWith("/console/"));
    assets.forEach(asset -> given().get(asset).then().statusCode(200));
  }

  @Test
  void shouldListWhatIsOwedSoonestDeadlineFirst() {
    String sooner = "00000000-0000-4000-8000-000000000021";
    String exact = "00000000-0000-4000-8000-000000000022";
    ledger.load(
        builder(sooner, RequestStage.RECEIVED)
            .setDueAt(Events.START.plus(Duration.ofDays(10)))
            .setSuppressedAt(null)
            .build());
    ledger.load(completed(exact).setExactAt(Events.after(9)).build());
    JsonPath owed = given().get("/v1/obligations").then().statusCode(200).extract().jsonPath();
    assertThat(owed.getString("obligations[0].request.requestId")).isEqualTo(sooner);
    assertThat(owed.getList("obligations[0].unmet"))
        .isEqualTo(List.of("suppressed", "unlearned", "exact"));
    assertThat(owed.getBoolean("obligations[0].overdue")).isTrue();
    assertThat(owed.getLong("obligations[0].timeLeftMillis")).isNegative();
    assertThat(owed.getList("obligations.request.requestId"))
        .contains(Events.REQUEST)
        .doesNotContain(exact, Events.OTHER_REQUEST);
    assertThat(owed.getInt("open")).isEqualTo(owed.getList("obligations").size());
    assertThat(owed.getInt("overdue")).isEqualTo(owed.getInt("open"));
    problem("/v1/obligations?limit=0", 400).body("field", equalTo("limit"));
  }

  @Test
  void shouldGiveAnOverviewWithTheRolesOfTheCaller() {
    given()
        .get("/v1/overview")
        .then()
        .statusCode(200)
        .body("requests.WITHDRAWN", equalTo(1))
        .body("clocks.clock", contains("suppressed", "unlearned", "exact"))
        .body("clocks[0].targetMillis", equalTo(1000))
        .body("clocks[0].p50Millis", equalTo(1000))
        .body("clocks[2].targetMillis", nullValue())
        .body("serversLive", equalTo(0))
        .body("servers", equalTo(1))
        .body("roles", contains(Roles.AUDITOR, Roles.OPERATOR));
    RestAssured.requestSpecification = null;
    given()
        .header("Authorization", "Bearer " + Tokens.of("anna", Roles.AUDITOR))
        .get("/v1/overview")
        .then()
        .body("roles", contains(Roles.AUDITOR));
  }

  @Test
  void shouldTellARequestsWholeStory() {
    String request = "00000000-0000-4000-8000-000000000023";
    flow.closed(
        Events.closed(request, "subject-one"), new RecordPosition("forget-set.closed", 0, 0));
    flow.trained(Events.trained(true));
    flow.versioned(Events.released(1, request));
    issue(request);
    given()
        .get("/v1/requests/" + request + "/story")
        .then()
        .statusCode(200)
        .body("standing.requestId", equalTo(request))
        .body("steps.event", contains("CLOCKS_MET"))
        .body("steps[0].afterMillis", equalTo(7000))
        .body("forgetSet.state", equalTo("RELEASED"))
        .body("forgetSet.samples", equalTo(1))
        .body("candidates[0].gates[0].gate", equalTo("utility-floor"))
        .body("version.watermarkRequests", equalTo(1))
        .body("receipts", contains(RequestProgress.receiptId(request)));
    problem("/v1/requests/nobody/story", 404).body("field", equalTo("requestId"));
    given()
        .get("/v1/lineage")
        .then()
        .body("[0].adapterId", equalTo("adapter-1"))
        .body("[0].current", equalTo(true))
        .body("[0].pin", nullValue());
    given().get("/v1/candidates").then().body("[0].gates[0].reference", equalTo("held-out AUC"));
    given().get("/v1/forget-sets").then().body("[0].version", equalTo(1));
  }

  @Test
  void shouldAskABrowserForATokenAndKeepItInACookieThatScriptsCannotRead() {
    RestAssured.requestSpecification = null;
    String login =
        given().get("/").then().statusCode(401).contentType("text/html").extract().asString();
    assertThat(login).contains("action=\"/session\"", "./lethe token").doesNotContain("<script");

    String token = Tokens.of("anna", Roles.AUDITOR);
    String cookie =
        given()
            .redirects()
            .follow(false)
            .formParam("token", "\n" + token + " ")
            .post("/session")
            .then()
            .statusCode(303)
            .header("Location", endsWith("/"))
            .extract()
            .header("Set-Cookie");
    assertThat(cookie)
        .startsWith("lethe-token=")
        .containsIgnoringCase("HttpOnly")
        .containsIgnoringCase("SameSite=Strict");
    given().cookie("lethe-token", token).get("/").then().statusCode(200);
    given().cookie("lethe-token", token).get("/v1/requests").then().statusCode(200);
  }

  @Test
  void shouldVerifyTheTokenInTheCookieLikeAnyOther() {
    RestAssured.requestSpecification = null;
    given()
        .cookie("lethe-token", Tokens.expired("anna", Roles.AUDITOR))
        .get("/")
        .then()
        .statusCode(401);
    given()
        .cookie("lethe-token", Tokens.of("shop", Roles.PRODUCER))
        .get("/")
        .then()
        .statusCode(403)
        .contentType("text/html");
    given()
        .formParam("token", "no token")
        .post("/session")
        .then()
        .statusCode(400)
        .body("field", equalTo("token"));
  }
}
