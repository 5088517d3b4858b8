package io.lethe.ledger.domain;

import static io.lethe.ledger.Events.START;
import static io.lethe.ledger.Events.after;
import static io.lethe.ledger.Events.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.ledger.Events;
import io.lethe.schemas.event.AdapterServing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerTableTest {
  private final ServerTable servers = new ServerTable(Duration.ofSeconds(10), 2, 3);

  @Test
  void shouldTellTheLowestVersionOfTheServersThatCount() {
    ServerTable table = new ServerTable(Duration.ofSeconds(10), 1, 10);
    assertThat(table.lowestVersion()).isEmpty();
    table.heartbeat(Events.serving("gone", 1, 0, 0), Events.after(0));
    table.heartbeat(Events.serving("a", 4, 0, 20), Events.after(20));
    table.heartbeat(Events.serving("b", 3, 0, 20), Events.after(20));
    assertThat(table.lowestVersion()).hasValue(3);
  }

  @Test
  void shouldAwaitTheExpectedNumberOfServers() {
    heartbeat("b", 1, 3);
    assertThat(acknowledged()).isEmpty();
    heartbeat("a", 1, 5);
    assertThat(acknowledged())
        .contains(new ServerTable.Acknowledgement(after(5), List.of("a", "b")));
  }

  @Test
  void shouldAwaitALiveServerButNotOneWhoseHeartbeatIsTooOld() {
    heartbeat("a", 1, 9);
    heartbeat("b", 1, 8);
    heartbeat("slow", 0, 0);
    assertThat(acknowledged()).isEmpty();
    heartbeat("a", 1, 10);
    assertThat(acknowledged())
        .contains(new ServerTable.Acknowledgement(after(10), List.of("a", "b")));
  }

  @Test
  void shouldNotTakeAServerForGoneBecauseItsClockIsSlow() {
    heartbeat("a", 1, 60);
    heartbeat("b", 1, 60);
    servers.heartbeat(serving("slow", 0, 0, -3600), after(61));
    assertThat(acknowledged()).isEmpty();
  }

  @Test
  void shouldNotTakeAServerForGoneWhileTheTopicTellsOfNoLaterTime() {
    heartbeat("late", 0, 0);
    heartbeat("a", 1, 1);
    heartbeat("b", 1, 1);
    assertThat(acknowledged()).as("the ledger's own clock says nothing").isEmpty();
  }

  @Test
  void shouldWaitForServersWhoseHeartbeatsWereRemovedUnread() {
    servers.missedBefore(after(5));
    heartbeat("a", 1, 5);
    heartbeat("b", 1, 14);
    assertThat(acknowledged()).as("a third server may yet be heard of").isEmpty();
    assertThat(servers.lowestVersion()).isEmpty();
    heartbeat("a", 1, 15);
    assertThat(acknowledged())
        .contains(new ServerTable.Acknowledgement(after(15), List.of("a", "b")));
    assertThat(servers.lowestVersion()).hasValue(1);
  }

  @Test
  void shouldDateAcknowledgementByTheGoodbyeOfAServerThatNeverHeldIt() {
    heartbeat("a", 1, 2);
    heartbeat("b", 1, 3);
    heartbeat("leaving", 0, 4);
    servers.goodbye("leaving", after(7));
    assertThat(acknowledged())
        .contains(new ServerTable.Acknowledgement(after(7), List.of("a", "b")));
  }

  @Test
  void shouldNotBeDelayedByAServerThatLeftBeforeTheRequest() {
    heartbeat("leaving", 0, -60);
    servers.goodbye("leaving", after(-50));
    heartbeat("a", 1, 2);
    heartbeat("b", 1, 3);
    assertThat(acknowledged().orElseThrow().at()).isEqualTo(after(3));
  }

  @Test
  void shouldCountAServerAgainThatComesBack() {
    heartbeat("a", 1, 1);
    servers.goodbye("a", after(2));
    assertThat(servers.liveCount(after(2))).isZero();
    heartbeat("a", 1, 3);
    assertThat(servers.liveCount(after(3))).isEqualTo(1);
  }

  @Test
  void shouldForgetTheLongestGoneServerFirstAndRefuseWhenAllLive() {
    heartbeat("a", 1, 0);
    heartbeat("b", 1, 1);
    heartbeat("c", 1, 15);
    heartbeat("d", 1, 15);
    assertThat(servers.all().stream().map(server -> server.serving().getReplicaId()))
        .containsExactly("b", "c", "d");
    heartbeat("b", 1, 15);
    assertThatThrownBy(() -> heartbeat("e", 1, 15))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("More live servers than lethe.servers-max (3) report; raise it.");
  }

  private void heartbeat(String replicaId, long version, long seconds) {
    servers.heartbeat(serving(replicaId, version, 0, seconds), after(seconds));
  }

  private Optional<ServerTable.Acknowledgement> acknowledged() {
    return servers.acknowledgement(
        serving -> serving.getVersion() >= 1, AdapterServing::getSwitchedAt, START);
  }
}
