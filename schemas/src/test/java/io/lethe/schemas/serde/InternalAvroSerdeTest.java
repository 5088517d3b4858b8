package io.lethe.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.Events;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.Sample;
import java.util.Arrays;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class InternalAvroSerdeTest {
  private final InternalAvroSerde<Sample> serde = new InternalAvroSerde<>(Sample.class);

  @Test
  void shouldReadBackWhatItWroteWithoutARegistry() {
    byte[] bytes = serde.serializer().serialize("store", Events.sample());
    assertThat(serde.deserializer().deserialize("store", bytes)).isEqualTo(Events.sample());
  }

  @Test
  void shouldWriteAvrosOwnSingleObjectEncoding() throws Exception {
    BinaryMessageEncoder<Sample> avros =
        new BinaryMessageEncoder<>(SpecificData.getForClass(Sample.class), Sample.getClassSchema());
    byte[] expected = new byte[avros.encode(Events.sample()).remaining()];
    avros.encode(Events.sample()).get(expected);
    assertThat(serde.serializer().serialize("store", Events.sample())).isEqualTo(expected);
  }

  @Test
  void shouldKeepDeletionsNullBothWays() {
    assertThat(serde.serializer().serialize("store", null)).isNull();
    assertThat(serde.deserializer().deserialize("store", (byte[]) null)).isNull();
  }

  @Test
  void shouldKnowEveryReleasedVersion() {
    assertThat(ReleasedSchemas.of("Sample")).isNotEmpty();
    assertThat(ReleasedSchemas.of("NeverReleased")).isEmpty();
  }

  @Test
  void shouldRefuseForeignBytes() {
    assertRefused(new byte[] {1, 2, 3}, "3 bytes lack the mark C3 01");
    assertRefused(new byte[20], "20 bytes lack the mark C3 01");
  }

  @Test
  void shouldRefuseAnotherRecord() {
    byte[] item =
        new InternalAvroSerde<>(CatalogItem.class).serializer().serialize("store", Events.item());
    assertRefused(item, "never released; delete the state directory");
  }

  @Test
  void shouldRefuseBytesLeftOver() {
    byte[] bytes = serde.serializer().serialize("store", Events.sample());
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1), "goes on after its record ends");
  }

  private void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> serde.deserializer().deserialize("store", bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageStartingWith("A stored Sample")
        .hasMessageContaining(reason);
  }
}
