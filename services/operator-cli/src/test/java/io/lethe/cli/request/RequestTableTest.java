package io.lethe.cli.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.Json;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestTableTest {
  private static final RequestTable TABLE = new RequestTable(Instant.parse("2026-02-01T00:00:00Z"));

  @Test
  void shouldShowTheThreeClocksOfEachRequest() {
    String text =
        TABLE.render(
            List.of(
                request(
                    "\"stage\":\"COMPLETED\",\"suppressedAt\":\"2026-01-31T12:00:00.250Z\","
                        + "\"unlearnedAt\":\"2026-01-31T12:05:00Z\""),
                request("\"stage\":\"FORGET_SET_CLOSED\",\"unlearnedAt\":null")));
    assertThat(text.lines().toList())
        .hasSize(3)
        .satisfies(
            lines -> {
              assertThat(lines.get(1).split(" {2,}|(?<=r-1) "))
                  .containsExactly("r-1", "completed", "GDPR", "0.3 s", "5 min met");
              assertThat(lines.get(2)).contains("forget set closed", " - ", "in 27 d");
            });
  }

  @Test
  void shouldShoutWhenADeadlineHasPassed() {
    String text =
        new RequestTable(Instant.parse("2026-03-01T00:00:00Z"))
            .render(List.of(request("\"stage\":\"RECEIVED\"")));
    assertThat(text).endsWith("OVERDUE");
  }

  @Test
  void shouldSayHowToSendTheFirstRequest() {
    assertThat(TABLE.render(List.of()))
        .isEqualTo("No deletion requests yet; send one with ./lethe submit.");
  }

  @Test
  void shouldWriteEachScopeAsIntakeTakesIt() {
    UUID id = UUID.fromString("3f2c8a5e-6d0b-4f3a-9a51-0c4f6f1d7b21");
    assertThat(Json.line(DeletionRequest.all(id, "anna", "GDPR").json()))
        .isEqualTo(
            "{\"requestId\":\"3f2c8a5e-6d0b-4f3a-9a51-0c4f6f1d7b21\",\"subject\":\"anna\","
                + "\"scope\":{\"kind\":\"ALL\"},\"regime\":\"GDPR\"}");
    assertThat(
            new DeletionRequest(id, "a", "UK", List.of("1", "2"), null, null).json().get("scope"))
        .hasToString("{kind=ITEMS, itemIds=[1, 2]}");
    Instant from = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(new DeletionRequest(id, "a", "UK", List.of(), from, null).json().get("scope"))
        .hasToString("{kind=TIME_RANGE, from=2026-01-01T00:00:00Z}");
  }

  private static JsonNode request(String fields) {
    return Json.parse(
        "{\"requestId\":\"r-1\",\"regime\":\"GDPR\",\"acceptedAt\":\"2026-01-31T12:00:00Z\","
            + "\"dueAt\":\"2026-02-28T12:00:00Z\","
            + fields
            + "}",
        "test");
  }
}
