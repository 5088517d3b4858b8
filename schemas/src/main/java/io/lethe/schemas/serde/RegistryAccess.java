package io.lethe.schemas.serde;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The registry as the serde needs it: ids of schemas and schemas of ids, with errors told apart by
 * whose fault they are.
 */
final class RegistryAccess implements AutoCloseable {
  /**
   * Schemas that one client keeps; ours are two dozen, so reaching it means that something invents
   * schemas.
   */
  private static final int SCHEMAS_MAX = 1000;

  private static final int HTTP_TIMEOUT_MILLIS = 10_000;

  /**
   * No such subject, and no such schema: which of the two is answered for an unknown id differs
   * between registries.
   */
  private static final Set<Integer> NOT_FOUND = Set.of(40401, 40403);

  private static final int INVALID_SCHEMA = 42201;
  private static final int CONFLICT = 409;

  private final SchemaRegistryClient client;

  RegistryAccess(SchemaRegistryClient client) {
    this.client = client;
  }

  /**
   * Connects as the configuration says; the client's own options (basic.auth.*,
   * schema.registry.ssl.*) pass through.
   */
  static RegistryAccess of(Map<String, ?> configs) {
    Object urls = configs.get(AvroSerdeConfig.SCHEMA_REGISTRY_URL);
    if (urls == null || urls.toString().isBlank()) {
      throw new ConfigException(
          AvroSerdeConfig.SCHEMA_REGISTRY_URL,
          urls,
          "must be the registry's address; set lethe.schema-registry-url");
    }
    Map<String, Object> options = new HashMap<>(configs);
    options.putIfAbsent(SchemaRegistryClientConfig.HTTP_CONNECT_TIMEOUT_MS, HTTP_TIMEOUT_MILLIS);
    options.putIfAbsent(SchemaRegistryClientConfig.HTTP_READ_TIMEOUT_MS, HTTP_TIMEOUT_MILLIS);
    List<String> addresses = Arrays.stream(urls.toString().split(",")).map(String::strip).toList();
    return new RegistryAccess(
        SchemaRegistryClientFactory.newClient(
            addresses, SCHEMAS_MAX, List.of(new AvroSchemaProvider()), options, Map.of()));
  }

  /** Id of a schema under a subject; registers it there first when allowed. */
  int idOf(String subject, Schema schema, boolean register) {
    AvroSchema parsed = new AvroSchema(schema);
    try {
      return register ? client.register(subject, parsed) : client.getId(subject, parsed);
    } catch (RestClientException refused) {
      throw onWrite(subject, schema, register, refused);
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    }
  }

  /** Sets the compatibility that new versions of a subject must keep. */
  void hold(String subject, String compatibility) {
    try {
      client.updateCompatibility(subject, compatibility);
    } catch (RestClientException refused) {
      throw unavailable(refused);
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    }
  }

  /** Schema of an id. */
  Schema schemaOf(int id, String what) {
    try {
      if (client.getSchemaById(id) instanceof AvroSchema schema) {
        return schema.rawSchema();
      }
      throw new SerializationException(
          what + " names schema id " + id + ", which is not an Avro schema.");
    } catch (RestClientException refused) {
      if (NOT_FOUND.contains(refused.getErrorCode())) {
        throw new SerializationException(
            what
                + " names schema id "
                + id
                + ", which the registry does not know; was it written against another?",
            refused);
      }
      throw unavailable(refused);
    } catch (IOException unreachable) {
      throw unreachable(unreachable);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private static RuntimeException onWrite(
      String subject, Schema schema, boolean register, RestClientException refused) {
    if (refused.getStatus() == CONFLICT || refused.getErrorCode() == INVALID_SCHEMA) {
      return new SerializationException(
          "The registry refuses the schema of "
              + schema.getName()
              + " under "
              + subject
              + ": it breaks the subject's compatibility rule, or is not valid. Release a compatible schema.",
          refused);
    }
    if (!register && NOT_FOUND.contains(refused.getErrorCode())) {
      return new SerializationException(
          "The schema of "
              + schema.getName()
              + " is not registered under "
              + subject
              + "; register it, or set "
              + AvroSerdeConfig.AUTO_REGISTER_SCHEMAS
              + "=true.",
          refused);
    }
    return unavailable(refused);
  }

  /**
   * Anything but a plain "no such schema" says nothing about the record: a wrong password must not
   * condemn a topic.
   */
  private static TimeoutException unavailable(RestClientException refused) {
    return new TimeoutException(
        "The schema registry answers "
            + refused.getStatus()
            + "; check "
            + AvroSerdeConfig.SCHEMA_REGISTRY_URL
            + " and its credentials, or wait until it is back.",
        refused);
  }

  private static TimeoutException unreachable(IOException cause) {
    return new TimeoutException(
        "The schema registry cannot be reached; check "
            + AvroSerdeConfig.SCHEMA_REGISTRY_URL
            + ", or wait until it is back.",
        cause);
  }
}
