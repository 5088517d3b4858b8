package io.lethe.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void shouldGiveEveryNameAPortOfItsOwn() {
    Map<String, Integer> ports = Ports.choose(List.of("a", "b", "c"), Map.of(), Map.of());
    assertThat(ports).containsOnlyKeys("a", "b", "c");
    assertThat(new HashSet<>(ports.values())).hasSize(3).allMatch(port -> port > 1023);
  }

  @Test
  void shouldGiveThePortThatWasAskedForAndKeepTheOneFromBefore() {
    Map<String, Integer> free = Ports.choose(List.of("a", "b"), Map.of(), Map.of());
    assertThat(
            Ports.choose(List.of("a", "b"), Map.of("a", free.get("a")), Map.of("b", free.get("b"))))
        .isEqualTo(free);
  }

  @Test
  void shouldRefuseAPortInUseAndSayWhatToDo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> Ports.choose(List.of("kafka"), Map.of("kafka", port), Map.of()))
          .hasMessage(
              "port "
                  + port
                  + " asked for kafka is in use; stop what listens there, or leave --port kafka="
                  + port
                  + " out to have a free one chosen.");
    }
  }

  @Test
  void shouldChooseAnotherPortWhenTheOneFromBeforeIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Map<String, Integer> ports =
          Ports.choose(List.of("a"), Map.of(), Map.of("a", taken.getLocalPort()));
      assertThat(ports.get("a")).isNotEqualTo(taken.getLocalPort());
    }
  }
}
