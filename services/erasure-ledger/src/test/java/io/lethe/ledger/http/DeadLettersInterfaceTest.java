package io.lethe.ledger.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.lethe.ledger.deadletter.DeadLetterTable;
import io.lethe.schemas.kafka.DeadLetter;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Dead letters and their redrive over HTTP. */
@QuarkusTest
@TestProfile(LedgerInterface.WithoutBroker.class)
class DeadLettersInterfaceTest extends LedgerInterface {
  @Inject DeadLetterTable letters;
  @Inject Clock clock;

  @Test
  void shouldListDeadLettersByShapeAndCountThem() {
    letters.put(
        DeadLetter.of(
            new ConsumerRecord<>(
                "deletion.submitted.dlq",
                0,
                17,
                clock.instant().minus(Duration.ofHours(2)).toEpochMilli(),
                TimestampType.CREATE_TIME,
                3,
                6,
                "key".getBytes(StandardCharsets.UTF_8),
                "secret".getBytes(StandardCharsets.UTF_8),
                new RecordHeaders(),
                Optional.empty())),
        List.of());
    String body =
        given()
            .get("/v1/dead-letters?topic=deletion.submitted&olderThan=PT1H")
            .then()
            .statusCode(200)
            .body("complete", equalTo(false))
            .body("open", equalTo(1))
            .body("letters[0].valueBytes", equalTo(6))
            .body("letters[0].state", equalTo("OPEN"))
            .extract()
            .asString();
    assertThat(body).doesNotContain("secret");
    problem("/v1/dead-letters?topic=nowhere", 400).body("field", equalTo("topic"));
    problem("/v1/dead-letters?olderThan=yesterday", 400).body("field", equalTo("olderThan"));
    problem("/v1/dead-letters?after=here", 400).body("field", equalTo("after"));
    problem("/v1/dead-letters?state=LOST", 400).body("field", equalTo("state"));
    given()
        .get("/q/metrics")
        .then()
        .body(containsString("dlq_records{topic=\"deletion.submitted.dlq\"} 1.0"))
        .body(containsString("dlq_deadline_remaining_min_seconds 24"));
  }

  @Test
  void shouldRefuseARedriveThatIsMisspelt() {
    for (String body : List.of("", "null", "[]", "{\"ofsets\": [1]}", "{\"limit\": \"x\"}")) {
      given()
          .contentType("application/json")
          .body(body)
          .post("/v1/dead-letters/redrive")
          .then()
          .statusCode(400)
          .body("field", equalTo("body"));
    }
  }

  @Test
  void shouldRefuseARedriveOfForgetSetsThatNamesNone() {
    for (String body :
        List.of(
            "",
            "null",
            "{}",
            "{\"forgetSetIds\": []}",
            "{\"forgetSetIds\": [null]}",
            "{\"forgetSetIds\": [\"x\"], \"topic\": \"y\"}")) {
      given()
          .contentType("application/json")
          .body(body)
          .post("/v1/forget-sets/redrive")
          .then()
          .statusCode(400)
          .body("field", equalTo("forgetSetIds"));
    }
  }

  @Test
  void shouldSendNothingBackBeforeItKnowsWhatWasSentBack() {
    given()
        .contentType("application/json")
        .body("{\"forgetSetIds\": [\"set-1\"]}")
        .post("/v1/forget-sets/redrive")
        .then()
        .statusCode(503)
        .body("detail", containsString("has not read what became of the forget sets"));
    given()
        .contentType("application/json")
        .body("{}")
        .post("/v1/dead-letters/redrive")
        .then()
        .statusCode(503)
        .body("detail", containsString("has not read all dead letters"));
    given()
        .get("/q/health/well")
        .then()
        .statusCode(503)
        .body(
            "checks.find { it.name == 'dead-letters' }.data.obstacle",
            equalTo("still reading the dead-letter topics"))
        .body("checks.find { it.name == 'callbacks' }.status", equalTo("UP"));
  }
}
