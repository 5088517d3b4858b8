package io.lethe.accumulator.topology;

import static io.lethe.accumulator.topology.Harness.DUE;
import static io.lethe.accumulator.topology.Harness.PATIENT;
import static io.lethe.accumulator.topology.Harness.all;
import static io.lethe.accumulator.topology.Harness.bytes;
import static io.lethe.accumulator.topology.Harness.day;
import static io.lethe.accumulator.topology.Harness.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.accumulator.domain.ExpansionLimits;
import io.lethe.accumulator.domain.Lifecycles;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.ScopeKind;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.DeadLetters;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoisonTest {
  private static final String INTERACTIONS = "interaction.recorded";
  private static final String REQUESTS = "deletion.requested";

  private final Harness harness = new Harness(PATIENT);

  @AfterEach
  void shouldGoOn() {
    harness.erase("good", "stranger", all());
    harness.age();
    assertThat(harness.closedSets())
        .last()
        .satisfies(set -> assertThat(set.getRequestIds()).containsExactly("good"));
    harness.close();
  }

  @Test
  void shouldSendBytesThatAreNotAvroToTheDeadLettersWithTheirPosition() {
    harness.rate("anna", "i0", 4, day(0));
    byte[] value = bytes("{\"json\": true}");
    harness.sendRaw(INTERACTIONS, bytes("anna/i1"), value);
    TestRecord<byte[], byte[]> letter = deadLetter(INTERACTIONS);
    assertThat(letter.key()).isEqualTo(bytes("anna/i1"));
    assertThat(letter.value()).isEqualTo(value);
    assertThat(header(letter, DeadLetters.SOURCE_TOPIC_HEADER)).isEqualTo(INTERACTIONS);
    assertThat(header(letter, DeadLetters.SOURCE_PARTITION_HEADER)).isEqualTo("0");
    assertThat(header(letter, DeadLetters.SOURCE_OFFSET_HEADER)).isEqualTo("1");
    assertThat(header(letter, DeadLetters.ERROR_CLASS_HEADER))
        .isEqualTo("org.apache.kafka.common.errors.SerializationException");
    assertThat(header(letter, DeadLetters.ERROR_REASON_HEADER)).contains("wire format");
    assertThat(header(letter, DeadLetters.ATTEMPTS_HEADER)).isEqualTo("1");
    assertThat(header(letter, DeadLetters.FIRST_SEEN_HEADER)).isNotBlank();
  }

  @Test
  void shouldSendAnUnknownSchemaIdToTheDeadLetters() {
    harness.sendRaw(
        REQUESTS, bytes("anna"), ByteBuffer.allocate(9).put((byte) 0).putInt(4711).array());
    assertThat(header(deadLetter(REQUESTS), DeadLetters.ERROR_REASON_HEADER)).contains("4711");
  }

  @Test
  void shouldSendARecordThatEndsEarlyToTheDeadLetters() {
    byte[] value = harness.encode(INTERACTIONS, new InteractionRecorded("anna", "i0", 4.0, day(0)));
    byte[] cut = Arrays.copyOf(value, value.length - 9);
    harness.sendRaw(INTERACTIONS, bytes("anna/i0"), cut);
    assertThat(deadLetter(INTERACTIONS).value()).isEqualTo(cut);
  }

  @Test
  void shouldSendNullAndMalformedKeysToTheDeadLettersWithTheirBytes() {
    byte[] value = harness.encode(INTERACTIONS, new InteractionRecorded("anna", "i0", 4.0, day(0)));
    harness.sendRaw(INTERACTIONS, null, value);
    harness.sendRaw(INTERACTIONS, bytes("anna"), value);
    harness.sendRaw(INTERACTIONS, bytes("anna/i1"), value);
    harness.sendRaw(INTERACTIONS, bytes("/"), null);
    List<TestRecord<byte[], byte[]>> letters = harness.deadLetters(INTERACTIONS);
    assertThat(letters)
        .extracting(letter -> header(letter, DeadLetters.SOURCE_OFFSET_HEADER))
        .containsExactly("0", "1", "2", "3");
    assertThat(letters).extracting(TestRecord::value).startsWith(value, value, value);
    assertThat(letters.get(0).key()).isNull();
    assertThat(header(letters.get(0), DeadLetters.ERROR_REASON_HEADER))
        .isEqualTo("The key of interaction.recorded must be subjectRef/itemId; got null.");
    assertThat(harness.keysIn("rated-at")).isEmpty();
  }

  @Test
  void shouldRefuseValuesThatBreakTheContractAndNameTheField() {
    harness.rate("anna", "x".repeat(300), 4, day(0));
    harness.rate("anna", "i0", Double.NaN, day(0));
    assertThat(harness.deadLetters(INTERACTIONS))
        .extracting(letter -> header(letter, DeadLetters.ERROR_REASON_HEADER))
        .containsExactly(
            "itemId must have at most 256 characters; got 300.",
            "rating must be a finite number; got NaN.");
    harness.profile("anna", "x".repeat(300));
    assertThat(header(deadLetter("profile.subject"), DeadLetters.ERROR_REASON_HEADER))
        .isEqualTo("ageBand must have at most 256 characters; got 300.");
  }

  @Test
  void shouldRefuseRequestsThatSayNothingAndKeepTheirDeadline() {
    harness.sendRaw(REQUESTS, bytes("anna"), null);
    harness.request(DeletionAction.UNKNOWN, "r1", "anna", all(), DUE);
    harness.erase("r2", "anna", new DeletionScope(ScopeKind.UNKNOWN, List.of(), null, null));
    harness.erase("r3", "anna", items());
    harness.erase(" ", "anna", all());
    List<TestRecord<byte[], byte[]>> letters = harness.deadLetters(REQUESTS);
    assertThat(letters)
        .extracting(letter -> header(letter, DeadLetters.ERROR_REASON_HEADER))
        .containsExactly(
            "A deletion request must have a value; got a tombstone. To take a request back send action WITHDRAW.",
            "action must be ERASE, WITHDRAW or EXTEND; it is unknown to this version.",
            "scope.kind must be ALL, ITEMS or TIME_RANGE; it is unknown to this version.",
            "scope.itemIds must name an item when scope.kind is ITEMS; it is empty.",
            "requestId must not be blank; send a UUID.");
    assertThat(letters.subList(1, 5))
        .extracting(letter -> header(letter, DeadLetters.DUE_AT_HEADER))
        .containsOnly(DUE.toString());
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F8,
      level = FaultLevel.UNIT,
      does = "Sends a request that is too large to expand.",
      load = "1 request",
      oracle = "A dead letter; taken when redriven under a higher limit.")
  void shouldRefuseARequestTooLargeToExpandButClearTheReservoirAndTakeItWhenRedriven() {
    ExpansionLimits limits = new ExpansionLimits(5, 100_000);
    try (Harness small =
        new Harness(Harness.settings(PATIENT, limits, 8, 4, Lifecycles.standard()))) {
      small.rateDaily("anna", 6);
      small.erase("r1", "anna", all());
      assertThat(small.reservoirOf("anna")).isEmpty();
      TestRecord<byte[], byte[]> letter = small.deadLetters(REQUESTS).get(0);
      assertThat(header(letter, DeadLetters.ERROR_REASON_HEADER))
          .isEqualTo(
              "The subject has more than 5 interactions, the most a request is expanded over; raise"
                  + " lethe.expansion.interactions-max and redrive the request.");
      small.rate("anna", "i0", 3.0, day(0));
      small.age();
      assertThat(small.closedSets()).isEmpty();
      small.unrate("anna", "i5");
      small.sendRaw(REQUESTS, letter.key(), letter.value());
      small.age();
      assertThat(small.closedSet().getRequestIds()).containsExactly("r1");
    }
  }

  private TestRecord<byte[], byte[]> deadLetter(String topic) {
    List<TestRecord<byte[], byte[]>> letters = harness.deadLetters(topic);
    assertThat(letters).hasSize(1);
    return letters.get(0);
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return CloudEvents.text(letter.headers(), name);
  }
}
