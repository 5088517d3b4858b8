package io.lethe.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.lethe.schemas.Events;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.Regime;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroSerdeTest {
  private static final String ITEMS = Topics.CATALOG_ITEM.name();

  private final CountingRegistry registry = new CountingRegistry();
  private final AvroSerializer serializer = new AvroSerializer(registry);
  private final AvroDeserializer<SpecificRecord> deserializer = new AvroDeserializer<>(registry);

  private static final class CountingRegistry extends MockSchemaRegistryClient {
    private int registrations;
    private int lookups;

    CountingRegistry() {
      super(List.of(new AvroSchemaProvider()));
    }

    @Override
    public int register(String subject, io.confluent.kafka.schemaregistry.ParsedSchema schema)
        throws java.io.IOException,
            io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException {
      registrations++;
      return super.register(subject, schema);
    }

    @Override
    public io.confluent.kafka.schemaregistry.ParsedSchema getSchemaById(int id)
        throws java.io.IOException,
            io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException {
      lookups++;
      return super.getSchemaById(id);
    }
  }

  static List<Map.Entry<String, SpecificRecord>> everyEvent() {
    return List.copyOf(Events.byTopic().entrySet());
  }

  @ParameterizedTest
  @MethodSource("everyEvent")
  void shouldReadBackWhatItWrote(Map.Entry<String, SpecificRecord> event) {
    byte[] bytes = serializer.serialize(event.getKey(), event.getValue());
    assertThat(deserializer.deserialize(event.getKey(), bytes)).isEqualTo(event.getValue());
  }

  @Test
  void shouldFrameAValueByAZeroAndTheSchemaIdBigEndFirst() throws Exception {
    registry.register("other-value", new AvroSchema("{\"type\": \"string\"}"));
    byte[] bytes = serializer.serialize(ITEMS, Events.item());
    assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 0, 2);
    assertThat(registry.getId("catalog.item-value", new AvroSchema(CatalogItem.getClassSchema())))
        .isEqualTo(2);
  }

  @Test
  void shouldKeepTombstonesNullBothWays() {
    assertThat(serializer.serialize(ITEMS, null)).isNull();
    assertThat(deserializer.deserialize(ITEMS, null)).isNull();
    assertThat(registry.registrations).isZero();
  }

  @Test
  void shouldAskTheRegistryOnceForEachSubjectAndId() {
    byte[] bytes = null;
    for (int i = 0; i < 3; i++) {
      bytes = serializer.serialize(ITEMS, Events.item());
      serializer.serialize("another.topic", Events.item());
    }
    for (int i = 0; i < 3; i++) {
      deserializer.deserialize(ITEMS, bytes);
    }
    assertThat(registry.registrations).isEqualTo(2);
    assertThat(registry.lookups).isEqualTo(1);
  }

  /** Lengths that promise far more than the record holds, and those that no length can be. */
  @ParameterizedTest
  @ValueSource(
      longs = {1L << 20, 1L << 30, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void shouldRefuseALengthThatItsBytesDoNotHoldWithoutMakingRoomForIt(long length)
      throws Exception {
    byte[] good = serializer.serialize(ITEMS, Events.item());
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(text, null);
    encoder.writeLong(length);
    encoder.flush();
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    encoder = EncoderFactory.get().binaryEncoder(list, null);
    encoder.writeString("item-1");
    encoder.writeString("title");
    encoder.writeLong(length);
    encoder.flush();
    for (ByteArrayOutputStream bomb : List.of(text, list)) {
      byte[] frame = Arrays.copyOf(good, WireFormat.HEADER_BYTES + bomb.size());
      System.arraycopy(bomb.toByteArray(), 0, frame, WireFormat.HEADER_BYTES, bomb.size());
      assertThatThrownBy(() -> deserializer.deserialize(ITEMS, frame))
          .isInstanceOf(SerializationException.class)
          .hasMessageStartingWith(
              "A value of catalog.item is not a record of the schema it names (");
    }
    assertThat(deserializer.deserialize(ITEMS, good)).isEqualTo(Events.item());
  }

  @Test
  void shouldReadAnOlderWriterByFillingInDefaults() throws Exception {
    Schema older =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "CatalogItem", "namespace": "io.lethe.schemas.event",
                 "fields": [{"name": "itemId", "type": "string"}, {"name": "title", "type": "string"}]}""");
    GenericRecord written = new GenericData.Record(older);
    written.put("itemId", "item-1");
    written.put("title", "Stalker");
    assertThat(deserializer.deserialize(ITEMS, framed(ITEMS, written)))
        .isEqualTo(new CatalogItem("item-1", "Stalker", List.of(), null));
  }

  @Test
  void shouldReadANewerWriterByLeavingOutWhatItDoesNotKnow() throws Exception {
    Schema newer =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "CatalogItem", "namespace": "io.lethe.schemas.event",
                 "fields": [{"name": "itemId", "type": "string"}, {"name": "director", "type": "string"},
                  {"name": "title", "type": "string"}, {"name": "genres", "type": {"type": "array", "items": "string"}},
                  {"name": "year", "type": ["null", "int"]}]}""");
    GenericRecord written = new GenericData.Record(newer);
    written.put("itemId", "item-1");
    written.put("director", "Tarkovsky");
    written.put("title", "Stalker");
    written.put("genres", List.of("Drama"));
    written.put("year", 1979);
    assertThat(deserializer.deserialize(ITEMS, framed(ITEMS, written)))
        .isEqualTo(new CatalogItem("item-1", "Stalker", List.of("Drama"), 1979));
  }

  @Test
  void shouldReadASymbolItDoesNotKnowAsUnknown() throws Exception {
    String current = DeletionRequested.getClassSchema().toString();
    Schema newer =
        new Schema.Parser()
            .parse(
                current
                    .replace("\"INTERNAL\"]", "\"INTERNAL\",\"LGPD\"]")
                    .replace("\"EXTEND\"]", "\"EXTEND\",\"HOLD\"]"));
    GenericRecord written = generic(Events.requested(), newer);
    written.put("regime", new GenericData.EnumSymbol(newer.getField("regime").schema(), "LGPD"));
    written.put("action", new GenericData.EnumSymbol(newer.getField("action").schema(), "HOLD"));
    DeletionRequested read =
        (DeletionRequested)
            deserializer.deserialize("deletion.requested", framed("deletion.requested", written));
    assertThat(read.getRegime()).isEqualTo(Regime.UNKNOWN);
    assertThat(read.getAction()).isEqualTo(DeletionAction.UNKNOWN);
    assertThat(read.getDueAt()).isEqualTo(Events.requested().getDueAt());
  }

  @Test
  void shouldRefuseBytesThatAreNotAvro() {
    assertRefused(
        "{\"itemId\": 1}".getBytes(java.nio.charset.StandardCharsets.UTF_8), "do not begin with 0");
    assertRefused(new byte[] {0, 0, 0}, "3 bytes are too few");
    assertRefused(new byte[0], "0 bytes are too few");
  }

  @Test
  void shouldRefuseASchemaIdThatTheRegistryDoesNotKnow() {
    assertRefused(ByteBuffer.allocate(9).put((byte) 0).putInt(4711).array(), "schema id 4711");
  }

  @Test
  void shouldRefuseBytesLeftOver() {
    byte[] bytes = serializer.serialize(ITEMS, Events.item());
    assertRefused(Arrays.copyOf(bytes, bytes.length + 1), "goes on after its record ends");
  }

  @Test
  void shouldRefuseEveryTruncation() {
    byte[] bytes = serializer.serialize(ITEMS, Events.item());
    for (int length = 5; length < bytes.length; length++) {
      assertRefused(Arrays.copyOf(bytes, length), "is not a record of the schema it names");
    }
  }

  @Test
  void shouldRefuseALengthThatNoMemoryCouldHold() {
    byte[] bytes = serializer.serialize(ITEMS, Events.item());
    byte[] hostile = Arrays.copyOf(bytes, 10);
    // The first field's length as the largest five-byte number.
    Arrays.fill(hostile, 5, 9, (byte) 0xfe);
    hostile[9] = 0x0f;
    assertRefused(hostile, "is not a record of the schema it names");
  }

  @Test
  void shouldRefuseAnotherRecordThanTheTopicCarries() {
    byte[] bytes = serializer.serialize(ITEMS, Events.profile());
    assertRefused(
        bytes,
        "is a io.lethe.schemas.event.SubjectProfile instead of a io.lethe.schemas.event.CatalogItem");
  }

  @Test
  void shouldReadTopicsOutsideTheListByTheWritersName() {
    byte[] bytes = serializer.serialize("internal.repartition", Events.profile());
    assertThat(deserializer.deserialize("internal.repartition", bytes)).isEqualTo(Events.profile());
  }

  @Test
  void shouldRefuseARecordWithoutAGeneratedClass() throws Exception {
    Schema stranger =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"Stranger\", \"namespace\": \"elsewhere\", \"fields\": []}");
    byte[] bytes = framed("elsewhere", new GenericData.Record(stranger));
    assertThatThrownBy(() -> deserializer.deserialize("elsewhere", bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("elsewhere.Stranger, for which there is no generated class");
  }

  @Test
  void shouldNotRegisterWhenForbidden() {
    serializer.configure(Map.of(AvroSerdeConfig.AUTO_REGISTER_SCHEMAS, "false"), false);
    assertThatThrownBy(() -> serializer.serialize(ITEMS, Events.item()))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("not registered under catalog.item-value");
    assertThat(registry.registrations).isZero();
  }

  @Test
  void shouldRefuseARecordThatLacksAFieldByItsNameAlone() {
    assertThatThrownBy(() -> serializer.serialize(ITEMS, new CatalogItem()))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "Cannot write the value for catalog.item: a field of CatalogItem is missing or of the wrong type.");
  }

  @Test
  void shouldRefuseToSerializeKeys() {
    assertThatThrownBy(() -> serializer.configure(Map.of(), true))
        .hasMessageContaining("StringSerializer");
    assertThatThrownBy(() -> deserializer.configure(Map.of(), true))
        .hasMessageContaining("StringDeserializer");
  }

  private void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> deserializer.deserialize(ITEMS, bytes))
        .isInstanceOf(SerializationException.class)
        .hasMessageStartingWith("A value of catalog.item")
        .hasMessageContaining(reason);
  }

  private byte[] framed(String topic, GenericRecord value) throws Exception {
    int id = registry.register(topic + "-value", new AvroSchema(value.getSchema()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WireFormat.writeHeader(out, id);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(value.getSchema()).write(value, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /** The same record as plain Avro, written by another version of its schema. */
  private static GenericRecord generic(SpecificRecord value, Schema schema) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RecordCodec.write(value, out, "a value");
    return new org.apache.avro.generic.GenericDatumReader<GenericRecord>(value.getSchema(), schema)
        .read(null, org.apache.avro.io.DecoderFactory.get().binaryDecoder(out.toByteArray(), null));
  }
}
