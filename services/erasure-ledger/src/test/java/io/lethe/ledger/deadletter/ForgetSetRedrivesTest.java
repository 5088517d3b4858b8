package io.lethe.ledger.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.ledger.Events;
import io.lethe.ledger.ManualClock;
import io.lethe.ledger.deadletter.RedriveReport.Action;
import io.lethe.ledger.deadletter.RedriveReport.Line;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.DeadLetter;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.RecordPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForgetSetRedrivesTest {
  private static final String TOPIC = "forget-set.closed";
  private static final RecordPosition AT = new RecordPosition(TOPIC, 0, 7);

  private final ManualClock clock = new ManualClock(Events.START.plus(Duration.ofDays(2)));
  private final FlowTable flow = new FlowTable(10, 10, 10);
  private final Map<RecordPosition, ConsumerRecord<byte[], byte[]>> topic = new HashMap<>();
  private final List<RedriveTransport.Sending> sent = new ArrayList<>();
  private boolean brokerRefuses;
  private final ForgetSetRedrives redrives =
      new ForgetSetRedrives(flow, Source::new, this::send, () -> "redrive-1", clock);

  @BeforeEach
  void closeASet() {
    flow.closed(Events.closed(Events.REQUEST, Events.SUBJECT), AT);
    topic.put(
        AT,
        Letters.at(
            TOPIC,
            7,
            Events.START,
            Letters.bytes(Events.MODEL),
            Letters.bytes("the set"),
            new RecordHeaders()));
  }

  @Test
  void shouldSendASetBackWhoseVersionWasWithdrawnAndTellWhoAndWhy() {
    flow.versioned(released(VersionStatus.WITHDRAWN));
    assertThat(redrive(true).letters()).extracting(Line::action).containsExactly(Action.REDRIVE);
    assertThat(sent).isEmpty();

    RedriveReport report = redrive(false);
    assertThat(report.redriveId()).isEqualTo("redrive-1");
    assertThat(report.redriven()).isEqualTo(1);
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).record().topic()).isEqualTo(TOPIC);
    assertThat(sent.get(0).record().partition()).isZero();
    assertThat(sent.get(0).record().value()).isEqualTo(Letters.bytes("the set"));
    assertThat(CloudEvents.text(sent.get(0).record().headers(), DeadLetters.RECEIVED_AT_HEADER))
        .isEqualTo(Events.START.toString());
    assertThat(CloudEvents.text(sent.get(0).record().headers(), DeadLetters.REDRIVEN_FROM_HEADER))
        .isEqualTo("forget-set.closed-0@7");
    assertThat(sent.get(0).event())
        .isEqualTo(
            DeadLetterRedriven.newBuilder()
                .setRedriveId("redrive-1")
                .setDeadLetterTopic(TOPIC)
                .setDeadLetterPartition(0)
                .setDeadLetterOffset(7)
                .setSourceTopic(TOPIC)
                .setSourcePartition(0)
                .setSourceOffset(7)
                .setAttempts(1)
                .setRedrives(1)
                .setActorRef("actor")
                .setWhy("mended")
                .setRedrivenAt(clock.instant())
                .build());
  }

  @Test
  void shouldSendASetBackWhoseCandidateIsNotReleased() {
    flow.trained(Events.trained(true));
    assertThat(redrive(false).redriven()).isEqualTo(1);
  }

  @Test
  void shouldSkipWhatAStandingVersionHasForgotten() {
    flow.versioned(released(VersionStatus.RELEASED));
    assertThat(redrive(false).letters())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.action()).isEqualTo(Action.SKIP);
              assertThat(line.because()).isEqualTo("version 1 has forgotten it");
            });
    assertThat(sent).isEmpty();
  }

  @Test
  void shouldFailForASetThatIsNotRememberedOrNotThereAnyMore() {
    topic.clear();
    RedriveReport report =
        redrives.redrive(List.of("another", Events.SET), false, "actor", "mended");
    assertThat(report.failed()).isEqualTo(2);
    assertThat(report.letters().get(0).because()).contains("GET /v1/forget-sets");
    assertThat(report.letters().get(1).because()).startsWith(TOPIC + " no longer holds it");
  }

  @Test
  void shouldSayThatTheBrokerDidNotTakeIt() {
    brokerRefuses = true;
    RedriveReport report = redrive(false);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(report.letters().get(0).because()).contains("TopicAuthorizationException");
  }

  private RedriveReport redrive(boolean dryRun) {
    return redrives.redrive(List.of(Events.SET), dryRun, "actor", "mended");
  }

  private static AdapterVersion released(VersionStatus status) {
    return AdapterVersion.newBuilder(Events.released(1, Events.REQUEST)).setStatus(status).build();
  }

  private void send(List<RedriveTransport.Sending> sendings) {
    if (brokerRefuses) {
      throw new TopicAuthorizationException("no");
    }
    sent.addAll(sendings);
  }

  private final class Source implements LetterSource {
    @Override
    public Optional<ConsumerRecord<byte[], byte[]>> read(RecordPosition position) {
      return Optional.ofNullable(topic.get(position));
    }

    @Override
    public boolean isSuperseded(DeadLetter letter, byte[] key) {
      throw new AssertionError("a forget set is not compacted");
    }

    @Override
    public void close() {}
  }
}
