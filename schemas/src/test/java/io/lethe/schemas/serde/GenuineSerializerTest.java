package io.lethe.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.Events;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our serde beside Confluent's own serializer and deserializer, both over HTTP to one registry. */
class GenuineSerializerTest {
  private static final Path ORACLE = Path.of("confluent-oracle", "target", "classes");

  private final StubRegistry registry = new StubRegistry();
  private final AvroSerializer ourSerializer = new AvroSerializer();
  private final AvroDeserializer<SpecificRecord> ourDeserializer = new AvroDeserializer<>();
  private OracleClasses oracle;
  private Serializer<Object> genuineSerializer;
  private Deserializer<Object> genuineDeserializer;

  /**
   * Takes io.confluent from the oracle and all else, Kafka, Avro and our records, from the tests'
   * class path.
   */
  private static final class OracleClasses extends URLClassLoader {
    OracleClasses() throws MalformedURLException {
      super(new URL[] {ORACLE.toUri().toURL()}, GenuineSerializerTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.confluent.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }
  }

  @BeforeEach
  @SuppressWarnings("unchecked")
  void openBoth() throws Exception {
    assertThat(Files.isDirectory(ORACLE))
        .as("confluent-oracle is built; run: mvn -pl schemas -am test")
        .isTrue();
    Map<String, Object> config =
        Map.of("schema.registry.url", registry.url(), "specific.avro.reader", true);
    ourSerializer.configure(config, false);
    ourDeserializer.configure(config, false);
    TrustedRecords.trust();
    oracle = new OracleClasses();
    Thread.currentThread().setContextClassLoader(oracle);
    genuineSerializer =
        (Serializer<Object>) oracleInstance("io.confluent.kafka.serializers.KafkaAvroSerializer");
    genuineDeserializer =
        (Deserializer<Object>)
            oracleInstance("io.confluent.kafka.serializers.KafkaAvroDeserializer");
    genuineSerializer.configure(config, false);
    genuineDeserializer.configure(config, false);
    Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
  }

  private Object oracleInstance(String name) throws ReflectiveOperationException {
    return Class.forName(name, true, oracle).getDeclaredConstructor().newInstance();
  }

  @AfterEach
  void closeBoth() throws Exception {
    ourSerializer.close();
    ourDeserializer.close();
    genuineSerializer.close();
    genuineDeserializer.close();
    oracle.close();
    registry.close();
  }

  static List<Map.Entry<String, SpecificRecord>> everyEvent() {
    return List.copyOf(Events.byTopic().entrySet());
  }

  @Test
  void shouldCompareWithAnotherClientThanOurOwn() throws Exception {
    String client = "io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient";
    assertThat(oracle.loadClass(client)).isNotSameAs(Class.forName(client));
  }

  @ParameterizedTest
  @MethodSource("everyEvent")
  void shouldWriteByteForByteWhatTheGenuineSerializerWrites(
      Map.Entry<String, SpecificRecord> event) {
    byte[] genuine = genuineSerializer.serialize(event.getKey(), event.getValue());
    assertThat(ourSerializer.serialize(event.getKey(), event.getValue())).isEqualTo(genuine);
  }

  @ParameterizedTest
  @MethodSource("everyEvent")
  void shouldReadWhatTheGenuineSerializerWrote(Map.Entry<String, SpecificRecord> event) {
    byte[] genuine = genuineSerializer.serialize(event.getKey(), event.getValue());
    assertThat(ourDeserializer.deserialize(event.getKey(), genuine)).isEqualTo(event.getValue());
  }

  @ParameterizedTest
  @MethodSource("everyEvent")
  void shouldWriteWhatTheGenuineDeserializerReads(Map.Entry<String, SpecificRecord> event) {
    byte[] ours = ourSerializer.serialize(event.getKey(), event.getValue());
    assertThat(genuineDeserializer.deserialize(event.getKey(), ours)).isEqualTo(event.getValue());
  }

  @Test
  void shouldAgreeOnTombstones() {
    assertThat(genuineSerializer.serialize("catalog.item", null)).isNull();
    assertThat(ourSerializer.serialize("catalog.item", null)).isNull();
    assertThat(genuineDeserializer.deserialize("catalog.item", (byte[]) null)).isNull();
  }
}
