package io.lethe.catalog.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.lethe.schemas.access.Roles;
import io.lethe.testing.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OfflineProfile.class)
class MovesInterfaceTest {
  private static final String WHY = "{\"why\":\"the answers are worse\"}";

  @Inject MemoryMover mover;

  @AfterEach
  void mend() {
    mover.failure = null;
  }

  @Test
  void shouldNameTheFieldThatCannotBeUsed() {
    unusable("/v1/versions/2/withdraw", "{}", "why");
    unusable("/v1/versions/2/withdraw", "{\"why\":\"two\\nlines\"}", "why");
    unusable("/v1/versions/2/withdraw", "nonsense", "body");
    unusable("/v1/versions/2/withdraw", "{\"why\":\"w\",\"wiat\":true}", "body");
    unusable("/v1/versions/two/withdraw", WHY, "version");
    unusable("/v1/canary", WHY, "percent");
    unusable("/v1/canary", "{\"percent\":100,\"why\":\"w\"}", "percent");
    unusable("/v1/canary", "{\"replicas\":[\"a b\"],\"why\":\"w\"}", "replicas");
    unusable("/v1/override", "{\"rule\":\"watermark\",\"why\":\"w\"}", "rule");
    unusable("/v1/override", "{\"rule\":\"forgetting\",\"why\":\"w\"}", "rule");
  }

  @Test
  void shouldSayThatAMoveMayBeRepeatedWhereNobodyKnowsWhetherItWasDone() {
    mover.failure = new IllegalStateException(new TimeoutException());
    post("anna", "/v1/versions/1/rollback", WHY)
        .statusCode(503)
        .header("Retry-After", "2")
        .body("detail", containsString("Repeat it"));
  }

  @Test
  void shouldNameWhoAsksByAPseudonymOfTheToken() {
    post("anna", "/v1/canary/end", WHY).statusCode(200).body("changed", equalTo(false));
    assertThat(mover.lastActorRef).isEqualTo("ref-of-anna");
  }

  private static void unusable(String path, String body, String field) {
    post("anna", path, body)
        .statusCode(422)
        .contentType("application/problem+json")
        .body("field", equalTo(field));
  }

  private static ValidatableResponse post(String person, String path, String body) {
    return given()
        .contentType("application/json")
        .header("Authorization", "Bearer " + Tokens.of(person, Roles.APPROVER))
        .body(body)
        .post(path)
        .then();
  }
}
