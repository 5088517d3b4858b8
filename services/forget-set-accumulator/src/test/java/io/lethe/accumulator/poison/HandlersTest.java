package io.lethe.accumulator.poison;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.junit.jupiter.api.Test;

class HandlersTest {
  private static final byte[] BYTES = {1};

  private final DeadLetterTrouble trouble =
      new DeadLetterTrouble(Duration.ofMinutes(3), Clock.systemUTC());
  private final UnwritableOutputHandler output = new UnwritableOutputHandler(trouble);
  private final UnreadableInputHandler input = new UnreadableInputHandler(Clock.systemUTC());

  @Test
  void shouldLeaveOutASlotTooLargeToWriteButNeverItsTombstoneNorAForgetSet() {
    assertThat(result("retain.sampled", BYTES, new RecordTooLargeException("big")))
        .isEqualTo(ProductionExceptionHandler.Result.RESUME);
    assertThat(result("retain.sampled", null, new RecordTooLargeException("big")))
        .isEqualTo(ProductionExceptionHandler.Result.FAIL);
    assertThat(result("forget-set.closed", BYTES, new RecordTooLargeException("big")))
        .isEqualTo(ProductionExceptionHandler.Result.FAIL);
    assertThat(result("deletion.requested.dlq", BYTES, new RecordTooLargeException("big")))
        .isEqualTo(ProductionExceptionHandler.Result.FAIL);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F10,
      level = FaultLevel.UNIT,
      does = "Refuses the write of a dead letter.",
      load = "1 record",
      oracle = "The record is kept, and it is said what cannot be written.")
  void shouldTellOfADeadLetterThatCannotBeWrittenAndKeepItsRecord() {
    assertThat(trouble.remedy()).isEmpty();
    assertThat(result("profile.subject.dlq", BYTES, new TimeoutException("away")))
        .isEqualTo(ProductionExceptionHandler.Result.RETRY);
    assertThat(trouble.remedy())
        .hasValueSatisfying(text -> assertThat(text).contains("create profile.subject.dlq"));
  }

  @Test
  void shouldTryAgainWhatTheBrokerMayTakeLater() {
    assertThat(result("forget-set.closed", BYTES, new TimeoutException("away")))
        .isEqualTo(ProductionExceptionHandler.Result.RETRY);
  }

  @Test
  void shouldNeverCondemnARecordForARegistryThatIsAway() {
    DeserializationExceptionHandler.Response response =
        input.handleError(null, source("interaction.recorded"), new TimeoutException("away"));
    assertThat(response.result()).isEqualTo(DeserializationExceptionHandler.Result.FAIL);
    assertThat(response.deadLetterQueueRecords()).isEmpty();
  }

  @Test
  void shouldNeverSkipARecordOfAnInternalTopic() {
    DeserializationExceptionHandler.Response response =
        input.handleError(
            null,
            source("lethe-accumulator-expanded-requests-repartition"),
            new SerializationException("broken"));
    assertThat(response.result()).isEqualTo(DeserializationExceptionHandler.Result.FAIL);
  }

  private ProductionExceptionHandler.Result result(String topic, byte[] value, Exception error) {
    return output.handleError(null, new ProducerRecord<>(topic, BYTES, value), error).result();
  }

  private static ConsumerRecord<byte[], byte[]> source(String topic) {
    return new ConsumerRecord<>(topic, 0, 5, BYTES, BYTES);
  }
}
