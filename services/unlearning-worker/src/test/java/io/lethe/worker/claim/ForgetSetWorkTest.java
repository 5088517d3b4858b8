package io.lethe.worker.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.kafka.BlockedPartitions;
import io.lethe.worker.ManualClock;
import io.lethe.worker.domain.Job;
import io.lethe.worker.domain.JobInterruptedException;
import io.lethe.worker.publish.OutcomeWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** What becomes of a record that is no forget set; those that are one are the flow's. */
class ForgetSetWorkTest {
  private static final ConsumerRecord<byte[], byte[]> POISON =
      new ConsumerRecord<>("forget-set.closed", 0, 7, new byte[] {1}, new byte[] {2});

  private final ManualClock clock = new ManualClock();
  private final BlockedPartitions blocked =
      new BlockedPartitions(Duration.ofSeconds(5), Duration.ofSeconds(10), clock);
  private final List<Duration> waits = new ArrayList<>();
  private final List<String> counted = new ArrayList<>();
  private boolean stops;
  private int registryOutages;
  private final ForgetSetWork work =
      new ForgetSetWork(
          new ForgetSetReader("recommender", (topic, bytes) -> read(), null),
          null,
          new OutcomeWriter((topic, value) -> new byte[0], clock),
          Duration.ofSeconds(2),
          this::awaitStop,
          blocked,
          new ForgetSetWork.Metrics() {
            @Override
            public void ended(Job job) {
              counted.add("ended");
            }

            @Override
            public void deadLettered(String topic) {
              counted.add(topic);
            }

            @Override
            public void unwritable(String topic) {
              counted.add("unwritable " + topic);
            }
          });

  @Test
  void shouldWaitForARegistryThatIsAwayAndCondemnNothing() {
    registryOutages = 2;
    ForgetSetWork.Result result = work.run(POISON);
    assertThat(waits).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(2));
    assertThat(result.messages().get(0).topic()).isEqualTo("forget-set.closed.dlq");
  }

  @Test
  void shouldPauseEverLongerWhileTheDeadLetterCannotBeWritten() {
    ForgetSetWork.Result result = work.run(POISON);
    assertThat(waits).isEmpty();
    for (int i = 0; i < 3; i++) {
      work.aborted(POISON, result, new TopicAuthorizationException("no"));
      result = work.run(POISON);
    }
    assertThat(waits)
        .containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10));
    assertThat(blocked.remedy())
        .contains(
            "The dead letter of forget-set.closed-0@7 could not be written to forget-set.closed.dlq"
                + " (TopicAuthorizationException). The record is kept where it is and tried again;"
                + " grant this service's principal WRITE and DESCRIBE on forget-set.closed.dlq.");

    work.committed(POISON, result);
    assertThat(blocked.size()).isZero();
    assertThat(counted)
        .containsExactly(
            "unwritable forget-set.closed.dlq",
            "unwritable forget-set.closed.dlq",
            "unwritable forget-set.closed.dlq",
            "forget-set.closed.dlq");
    waits.clear();
    work.run(POISON);
    assertThat(waits).isEmpty();
  }

  @Test
  void shouldEndWithTheWorkerWhileItWaits() {
    work.aborted(POISON, work.run(POISON), new TimeoutException("away"));
    stops = true;
    assertThatThrownBy(() -> work.run(POISON)).isInstanceOf(JobInterruptedException.class);
  }

  private <T> T read() {
    if (registryOutages-- > 0) {
      throw new TimeoutException("The schema registry cannot be reached.");
    }
    throw new SerializationException("not Avro");
  }

  private boolean awaitStop(Duration length) {
    waits.add(length);
    return stops;
  }
}
