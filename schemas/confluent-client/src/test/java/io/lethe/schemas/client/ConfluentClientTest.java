package io.lethe.schemas.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import io.confluent.kafka.schemaregistry.client.security.basicauth.BasicAuthCredentialProvider;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfluentClientTest {
  private static final AvroSchema TEXT = new AvroSchema("{\"type\": \"string\"}");

  @Test
  void shouldGiveEachSchemaOneIdUnderItsOwnPackageNames() throws Exception {
    SchemaRegistryClient client = new MockSchemaRegistryClient(List.of(new AvroSchemaProvider()));
    int id = client.register("a-value", TEXT);
    assertThat(id).isEqualTo(1);
    assertThat(client.register("b-value", TEXT)).isEqualTo(id);
    assertThat(client.getSchemaById(id)).isEqualTo(TEXT);
  }

  @Test
  void shouldOpenARealClientForAnAddress() throws Exception {
    try (SchemaRegistryClient client =
        SchemaRegistryClientFactory.newClient(
            List.of("http://127.0.0.1:1"),
            10,
            List.of(new AvroSchemaProvider()),
            Map.of(),
            Map.of())) {
      assertThat(client).isInstanceOf(CachedSchemaRegistryClient.class);
    }
  }

  @Test
  void shouldFindTheCredentialProvidersThatTheClientShips() {
    assertThat(
            ServiceLoader.load(BasicAuthCredentialProvider.class).stream()
                .map(p -> p.get().alias()))
        .containsExactlyInAnyOrder("URL", "USER_INFO", "SASL_INHERIT");
  }

  @Test
  void shouldCarryNoNameOfTheBundleItWasTakenFrom() throws IOException, URISyntaxException {
    Path classes =
        Path.of(
            SchemaRegistryClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      List<Path> clientClasses = files.filter(file -> file.toString().endsWith(".class")).toList();
      assertThat(clientClasses).hasSizeGreaterThan(150);
      assertThat(clientClasses).noneMatch(ConfluentClientTest::namesTheBundle);
    }
  }

  private static boolean namesTheBundle(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("flink");
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }
}
