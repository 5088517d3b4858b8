package io.lethe.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.GateResult;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.worker.ManualClock;
import io.lethe.worker.Sets;
import io.lethe.worker.domain.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class OutcomeWriterTest {
  private static final ConsumerRecord<byte[], byte[]> SOURCE =
      new ConsumerRecord<>(
          "forget-set.closed", 0, 7, Sets.MODEL.getBytes(StandardCharsets.UTF_8), new byte[] {1});

  private final ForgetSetClosed set = Sets.set("set-1", 1, Sets.sample("a")).build();
  private final OutcomeWriter writer =
      new OutcomeWriter((topic, value) -> new byte[0], new ManualClock());

  @Test
  @FaultCase(
      fault = CatalogueFault.F19,
      level = FaultLevel.UNIT,
      does = "A gate refuses a candidate.",
      load = "1 set",
      oracle =
          "Beside the refused candidate its set is a dead letter, with gate, value, band and deadline.")
  void shouldKeepASetWhoseCandidateWasRefusedAsADeadLetter() {
    AdapterTrained refused =
        Sets.candidate("set-1", null, null, false)
            .setGates(
                List.of(
                    gate("finite", 1, 1.0, null, true),
                    gate("utility-floor", .4123456, .45, null, false)))
            .build();
    List<ProducerRecord<byte[], byte[]>> messages =
        writer.messages(SOURCE, set, new Outcome.Publish(refused));
    assertThat(messages)
        .extracting(ProducerRecord::topic)
        .containsExactly("adapter.trained", "forget-set.closed.dlq");
    ProducerRecord<byte[], byte[]> letter = messages.get(1);
    assertThat(letter.value()).isEqualTo(SOURCE.value());
    assertThat(CloudEvents.text(letter.headers(), DeadLetters.ERROR_REASON_HEADER))
        .isEqualTo(
            "the gate utility-floor refused the candidate of e2urec: 0.4123 is not in [0.45, -];"
                + " mend the cause, then redrive the set");
    assertThat(CloudEvents.text(letter.headers(), DeadLetters.DUE_AT_HEADER))
        .isEqualTo(Sets.DUE.toString());
  }

  @Test
  void shouldPublishAloneWhatPassedOrWasLetThrough() {
    AdapterTrained accepted = Sets.candidate("set-1", "adapter-1", null, true).build();
    AdapterTrained letThrough = Sets.candidate("set-1", "adapter-1", null, false).build();
    for (AdapterTrained candidate : List.of(accepted, letThrough)) {
      assertThat(writer.messages(SOURCE, set, new Outcome.Publish(candidate)))
          .extracting(ProducerRecord::topic)
          .containsExactly("adapter.trained");
    }
    assertThat(writer.messages(SOURCE, set, new Outcome.Acknowledge("withdrawn"))).isEmpty();
  }

  private static GateResult gate(
      String name, double value, Double lower, Double upper, boolean passed) {
    return new GateResult(name, value, lower, upper, "", passed);
  }
}
