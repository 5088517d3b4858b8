package io.lethe.catalog.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.catalog.domain.Move;
import io.lethe.catalog.domain.MoveDecision;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CandidateLoopTest {
  private static final TopicPartition PARTITION = new TopicPartition("adapter.trained", 0);

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<MockConsumer<byte[], byte[]>> prepared = new LinkedBlockingQueue<>();
  private CandidateLoop loop;

  @AfterEach
  void stopLoop() throws InterruptedException {
    loop.stop(Duration.ofSeconds(10));
  }

  @Test
  void shouldLeadOnlyWhileThePartitionIsHeld() throws InterruptedException {
    MockConsumer<byte[], byte[]> consumer = consumer();
    consumer.schedulePollTask(() -> {});
    consumer.schedulePollTask(() -> assign(consumer, "a"));
    consumer.schedulePollTask(() -> consumer.rebalance(List.of()));
    consumer.schedulePollTask(() -> assign(consumer, "b"));
    start(new Recorder());
    assertEvents("opened", "took a", "closed", "opened", "took b");
    assertThat(loop.role()).isEqualTo(CandidateLoop.Role.LEADER);
    loop.stop(Duration.ofSeconds(10));
    assertEvents("closed");
    assertThat(loop.role()).isEqualTo(CandidateLoop.Role.STOPPED);
  }

  @Test
  void shouldStartOverWithANewConsumerAfterAFault() throws InterruptedException {
    MockConsumer<byte[], byte[]> first = consumer();
    first.schedulePollTask(() -> assign(first, "poisoned"));
    MockConsumer<byte[], byte[]> second = consumer();
    second.schedulePollTask(() -> assign(second, "a"));
    start(
        new Recorder() {
          @Override
          public void take(ConsumerRecord<byte[], byte[]> record) {
            if (new String(record.value()).equals("poisoned")) {
              throw new KafkaException("the broker is away");
            }
            super.take(record);
          }
        });
    assertEvents("opened", "closed", "opened", "took a");
    assertThat(first.closed()).isTrue();
    assertThat(loop.fault()).isEmpty();
  }

  @Test
  void shouldSayWhyItCannotLead() throws InterruptedException {
    MockConsumer<byte[], byte[]> only = consumer();
    only.schedulePollTask(() -> assign(only, "a"));
    loop =
        new CandidateLoop(
            this::nextConsumer,
            consumer -> {
              events.add("refused");
              throw new IllegalStateException("version 3 was trained on another recommender");
            },
            Duration.ofHours(1),
            2,
            Clock.systemUTC());
    loop.start();
    assertEvents("refused");
    while (loop.role() != CandidateLoop.Role.FAULTED) {
      Thread.onSpinWait();
    }
    assertThat(loop.fault()).isEqualTo("version 3 was trained on another recommender");
  }

  @Test
  void shouldDoMovesOnItsOwnThreadAndKeepCandidatesWaitingMeanwhile() throws Exception {
    MockConsumer<byte[], byte[]> consumer = consumer();
    consumer.schedulePollTask(
        () -> {
          consumer.rebalance(List.of(PARTITION));
          consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        });
    AtomicBoolean waiting = new AtomicBoolean(true);
    start(
        new Recorder() {
          @Override
          public boolean isWaiting() {
            return waiting.get();
          }

          @Override
          public MoveDecision move(Move move) {
            events.add("moved by " + Thread.currentThread().getName());
            waiting.set(false);
            return new MoveDecision.Unchanged();
          }
        });
    assertEvents("opened");
    while (loop.role() != CandidateLoop.Role.LEADER) {
      Thread.onSpinWait();
    }
    while (consumer.paused().isEmpty()) {
      Thread.onSpinWait();
    }
    consumer.schedulePollTask(
        () ->
            consumer.addRecord(
                new ConsumerRecord<>(PARTITION.topic(), 0, 0, new byte[0], "a".getBytes())));
    Move move = new Move.EndCanary(new Move.Order("anna", "it answers nonsense"));
    assertThat(loop.submit(move).get(10, TimeUnit.SECONDS)).isEqualTo(new MoveDecision.Unchanged());
    assertEvents("moved by candidate-loop", "took a");
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void shouldTurnMovesAwayWhileItDoesNotLead() {
    consumer().schedulePollTask(() -> {});
    start(new Recorder());
    Move move = new Move.EndCanary(new Move.Order("anna", "it answers nonsense"));
    assertThatThrownBy(() -> loop.submit(move).get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(NotLeadingException.class);
  }

  private void start(CandidateLoop.Session session) {
    loop =
        new CandidateLoop(
            this::nextConsumer,
            consumer -> {
              events.add("opened");
              return session;
            },
            Duration.ofMillis(1),
            2,
            Clock.systemUTC());
    loop.start();
  }

  private class Recorder implements CandidateLoop.Session {
    @Override
    public void take(ConsumerRecord<byte[], byte[]> record) {
      events.add("took " + new String(record.value()));
    }

    @Override
    public void close() {
      events.add("closed");
    }
  }

  private Consumer<byte[], byte[]> nextConsumer() {
    MockConsumer<byte[], byte[]> next = prepared.poll();
    return next == null ? new MockConsumer<>("earliest") : next;
  }

  private MockConsumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    prepared.add(consumer);
    return consumer;
  }

  private static void assign(MockConsumer<byte[], byte[]> consumer, String value) {
    consumer.rebalance(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.addRecord(
        new ConsumerRecord<>(PARTITION.topic(), 0, 0, new byte[0], value.getBytes()));
  }

  private void assertEvents(String... expected) throws InterruptedException {
    for (String event : expected) {
      assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo(event);
    }
  }
}
