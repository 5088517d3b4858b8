package io.lethe.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;

class OutcomeTransactionTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final int GENERATION = 4;
  private static final ConsumerRecord<byte[], byte[]> SOURCE =
      new ConsumerRecord<>("forget-set.closed", 0, 7, new byte[0], new byte[0]);
  private static final ProducerRecord<byte[], byte[]> MESSAGE =
      new ProducerRecord<>("adapter.trained", new byte[0], new byte[0]);

  private final List<String> calls = new ArrayList<>();
  private final Map<String, RuntimeException> failures = new HashMap<>();
  private int generationNow = GENERATION;
  private final OutcomeTransaction transaction = new OutcomeTransaction(fake(KafkaProducer.class));

  @Test
  void shouldCommitMessageAndOffsetTogether() {
    commit();
    assertThat(calls)
        .containsExactly(
            "beginTransaction",
            "send",
            "consumerGroupMetadata",
            "sendOffsetsToTransaction",
            "commitTransaction");
  }

  @Test
  void shouldFailAndReadOnFromWhatIsCommittedWhenThePartitionMayBeAnotherWorkers() {
    generationNow = GENERATION + 1;
    assertThatThrownBy(this::commit)
        .isInstanceOf(CommitFailedException.class)
        .hasMessageContaining("generation 4")
        .hasMessageContaining("generation 5");
    assertThat(calls)
        .containsExactly(
            "beginTransaction",
            "send",
            "consumerGroupMetadata",
            "abortTransaction",
            "resetToLastCommittedPositions");
  }

  @Test
  void shouldFailWhenTheBrokerDoesNotCommit() {
    failures.put("commitTransaction", new ProducerFencedException("overtaken"));
    failures.put("abortTransaction", new ProducerFencedException("overtaken"));
    assertThatThrownBy(this::commit).isInstanceOf(ProducerFencedException.class);
    assertThat(calls).endsWith("abortTransaction", "resetToLastCommittedPositions");
  }

  @Test
  void shouldFailWhenACommitWithoutASourceIsRefused() {
    failures.put("commitTransaction", new IllegalStateException("no"));
    assertThatThrownBy(() -> transaction.commit(MESSAGE).await().atMost(SOON))
        .isInstanceOf(IllegalStateException.class);
    assertThat(calls)
        .containsExactly("beginTransaction", "send", "commitTransaction", "abortTransaction");
  }

  @Test
  void shouldGoOnAfterAFailedCommit() {
    generationNow = GENERATION + 1;
    assertThatThrownBy(this::commit).isInstanceOf(CommitFailedException.class);
    generationNow = GENERATION;
    commit();
    assertThat(calls).endsWith("commitTransaction");
  }

  @Test
  void shouldCommitACandidateAndItsSetsDeadLetterTogether() {
    commit(MESSAGE, MESSAGE);
    assertThat(calls)
        .containsExactly(
            "beginTransaction",
            "send",
            "send",
            "consumerGroupMetadata",
            "sendOffsetsToTransaction",
            "commitTransaction");
  }

  private void commit() {
    commit(MESSAGE);
  }

  @SafeVarargs
  private void commit(ProducerRecord<byte[], byte[]>... messages) {
    transaction
        .commit(fake(KafkaConsumer.class), SOURCE, GENERATION, List.of(messages))
        .await()
        .atMost(SOON);
  }

  /** Answers every call at once, or fails it, and remembers it. */
  @SuppressWarnings("unchecked")
  private <T> T fake(Class<? super T> type) {
    return (T)
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                Uni.createFrom()
                    .deferred(
                        () -> {
                          calls.add(method.getName());
                          RuntimeException failure = failures.get(method.getName());
                          return failure == null
                              ? Uni.createFrom().item(answer(method.getName()))
                              : Uni.createFrom().failure(failure);
                        }));
  }

  private Object answer(String method) {
    return method.equals("consumerGroupMetadata")
        ? new ConsumerGroupMetadata("workers", generationNow, "worker", Optional.empty())
        : null;
  }
}
