package io.lethe.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.Events;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.CatalogItem;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryFailureTest {
  private static final String ITEMS = Topics.CATALOG_ITEM.name();

  private final StubRegistry registry = new StubRegistry();
  private final AvroSerde<CatalogItem> serde = new AvroSerde<>(CatalogItem.class);

  @BeforeEach
  void configure() {
    serde.configure(Map.of(AvroSerdeConfig.SCHEMA_REGISTRY_URL, registry.url()), false);
  }

  @AfterEach
  void close() {
    serde.close();
    registry.close();
  }

  @Test
  void shouldSpeakTheRegistrysOwnInterface() {
    byte[] bytes = serde.serializer().serialize(ITEMS, Events.item());
    assertThat(serde.deserializer().deserialize(ITEMS, bytes)).isEqualTo(Events.item());
    assertThat(registry.requests())
        .containsExactly("POST /subjects/catalog.item-value/versions", "GET /schemas/ids/1");
  }

  @ParameterizedTest
  @CsvSource({
    "500, '{\"error_code\": 50001, \"message\": \"store\"}'",
    "503, ''",
    "401, '{\"error_code\": 401, \"message\": \"unauthorized\"}'",
    "403, '{\"error_code\": 403, \"message\": \"forbidden\"}'",
    "404, '<html>no such page</html>'",
    "429, '{\"error_code\": 429, \"message\": \"slow down\"}'"
  })
  void shouldAskToTryAgainWhenTheRegistryIsAtFault(int status, String body) {
    registry.failWith(status, body);
    assertThatThrownBy(() -> serde.serializer().serialize(ITEMS, Events.item()))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("schema registry answers " + status);
    assertThatThrownBy(() -> serde.deserializer().deserialize(ITEMS, anySchema(1)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("schema registry answers " + status);
  }

  @Test
  void shouldGoOnOnceTheRegistryIsBack() {
    byte[] bytes = serde.serializer().serialize(ITEMS, Events.item());
    registry.failWith(500, "");
    assertThatThrownBy(() -> serde.deserializer().deserialize(ITEMS, bytes))
        .isInstanceOf(TimeoutException.class);
    registry.failWith(0, "");
    assertThat(serde.deserializer().deserialize(ITEMS, bytes)).isEqualTo(Events.item());
  }

  @Test
  void shouldAskToTryAgainWhenTheRegistryCannotBeReached() {
    registry.close();
    assertThatThrownBy(() -> serde.serializer().serialize(ITEMS, Events.item()))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("cannot be reached; check schema.registry.url");
    assertThatThrownBy(() -> serde.deserializer().deserialize(ITEMS, anySchema(1)))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("cannot be reached; check schema.registry.url");
  }

  @Test
  void shouldBlameTheRecordForASchemaThatDoesNotExist() {
    assertThatThrownBy(() -> serde.deserializer().deserialize(ITEMS, anySchema(99)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("schema id 99, which the registry does not know");
  }

  @ParameterizedTest
  @CsvSource({"409, 409", "422, 42201"})
  void shouldBlameTheSchemaThatTheRegistryRefuses(int status, int errorCode) {
    registry.failWith(status, "{\"error_code\": " + errorCode + ", \"message\": \"incompatible\"}");
    assertThatThrownBy(() -> serde.serializer().serialize(ITEMS, Events.item()))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("breaks the subject's compatibility rule");
  }

  @Test
  void shouldPassCredentialsOn() {
    try (AvroSerializer serializer = new AvroSerializer()) {
      serializer.configure(
          Map.of(
              AvroSerdeConfig.SCHEMA_REGISTRY_URL,
              registry.url(),
              "basic.auth.credentials.source",
              "USER_INFO",
              "basic.auth.user.info",
              "svc:pw"),
          false);
      serializer.serialize(ITEMS, Events.item());
    }
    assertThat(registry.authorizations()).containsExactly("Basic c3ZjOnB3");
  }

  @Test
  void shouldNameTheOptionThatIsMissing() {
    try (AvroSerializer serializer = new AvroSerializer()) {
      assertThatThrownBy(() -> serializer.configure(Map.of(), false))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("schema.registry.url")
          .hasMessageContaining("lethe.schema-registry-url");
      assertThatThrownBy(() -> serializer.serialize(ITEMS, Events.item()))
          .isInstanceOf(SerializationException.class)
          .hasMessageContaining("not configured");
    }
  }

  private static byte[] anySchema(int id) {
    return ByteBuffer.allocate(6).put((byte) 0).putInt(id).array();
  }
}
