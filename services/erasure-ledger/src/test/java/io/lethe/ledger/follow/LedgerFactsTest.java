package io.lethe.ledger.follow;

import static io.lethe.ledger.Events.after;
import static io.lethe.ledger.Events.serving;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.ledger.Events;
import io.lethe.ledger.ManualClock;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.VersionTable;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.FollowedRecord;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class LedgerFactsTest {
  private final ServerTable servers = new ServerTable(Duration.ofSeconds(60), 1, 10);

  /** It learns here and records nothing, so that it needs neither log nor broker. */
  private final Ledger ledger =
      new Ledger(
          new Knowledge(new VersionTable(4), servers, 10),
          null,
          null,
          Map.of(),
          null,
          null,
          new LedgerView(),
          null,
          10,
          new ManualClock());

  private final LedgerFacts facts =
      new LedgerFacts(ledger, Events.MODEL, new FlowTable(10, 10, 10), topic -> {});

  @Test
  void shouldCallNothingAcknowledgedByAllWhileAServerMayHaveGoneUnheard() {
    hear(7, 1);
    hear(8, 2);
    assertThat(isAcknowledged()).isTrue();
    // What lay between may have been the first heartbeat of a server that is live.
    hear(10, 3);
    assertThat(isAcknowledged()).isFalse();
    hear(11, 62);
    assertThat(isAcknowledged()).isFalse();
    hear(12, 63);
    assertThat(isAcknowledged()).isTrue();
  }

  private boolean isAcknowledged() {
    return servers
        .acknowledgement(serving -> true, serving -> serving.getSentAt(), Events.START)
        .isPresent();
  }

  /** A heartbeat of server a, at that offset of adapter.serving. */
  private void hear(long offset, long seconds) {
    facts.apply(
        new FollowedRecord<>(
            Topics.ADAPTER_SERVING.name(),
            0,
            offset,
            "a",
            serving("a", 0, 0, seconds),
            after(seconds),
            new RecordHeaders()));
  }
}
