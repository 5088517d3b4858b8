package io.lethe.cli.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.cli.Json;
import org.junit.jupiter.api.Test;

class StatusCommandTest {
  @Test
  void shouldTellOfCallbacksOnlyWhileAProducerDoesNotKnow() {
    assertThat(told(0, 0)).isEmpty();
    assertThat(told(2, 0)).endsWith("  2 wait, 0 given up");
    assertThat(told(2, 1)).endsWith("2 wait, 1 given up; the ledger's /v1/callbacks tells why");
  }

  private static String told(int pending, int dead) {
    return StatusCommand.told(
        Json.parse("{\"pending\":" + pending + ",\"dead\":" + dead + "}", "test"));
  }
}
