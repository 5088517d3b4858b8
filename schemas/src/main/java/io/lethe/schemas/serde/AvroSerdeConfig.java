package io.lethe.schemas.serde;

import java.util.Map;

/** Names of the serde's options, the same as those of Confluent's own serializer. */
public final class AvroSerdeConfig {
  /** Address of the registry, or several separated by commas. */
  public static final String SCHEMA_REGISTRY_URL = "schema.registry.url";

  /** Whether a producer may register a schema it finds missing; true by default. */
  public static final String AUTO_REGISTER_SCHEMAS = "auto.register.schemas";

  private AvroSerdeConfig() {}

  static boolean autoRegister(Map<String, ?> configs) {
    Object value = configs.get(AUTO_REGISTER_SCHEMAS);
    return value == null || Boolean.parseBoolean(value.toString());
  }
}
