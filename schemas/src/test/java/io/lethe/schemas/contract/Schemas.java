package io.lethe.schemas.contract;

import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

/** The schemas of the contract as other languages see them. */
final class Schemas {
  /**
   * Avro's Java compiler adds this to every string of a generated class; to no one else does it say
   * anything.
   */
  private static final String JAVA_STRING = "avro.java.string";

  private Schemas() {}

  /** Schema of a topic's value, without hints for Java. */
  static Schema of(Topic<?> topic) {
    String text = SpecificData.get().getSchema(topic.value()).toString();
    return new Schema.Parser()
        .parse(
            text.replace("{\"type\":\"string\",\"" + JAVA_STRING + "\":\"String\"}", "\"string\"")
                .replace(
                    "\"type\":\"map\",\"values\":\"long\",\"" + JAVA_STRING + "\":\"String\"",
                    "\"type\":\"map\",\"values\":\"long\""));
  }

  /** Every named type of the contract, by full name, in order of first use. */
  static Map<String, Schema> named() {
    Map<String, Schema> found = new LinkedHashMap<>();
    Topics.events().forEach(topic -> collect(of(topic), found));
    return found;
  }

  private static void collect(Schema schema, Map<String, Schema> found) {
    switch (schema.getType()) {
      case RECORD -> {
        if (found.putIfAbsent(schema.getFullName(), schema) == null) {
          schema.getFields().forEach(field -> collect(field.schema(), found));
        }
      }
      case ENUM -> found.putIfAbsent(schema.getFullName(), schema);
      case ARRAY -> collect(schema.getElementType(), found);
      case MAP -> collect(schema.getValueType(), found);
      case UNION -> schema.getTypes().forEach(type -> collect(type, found));
      default -> {}
    }
  }

  /** Every field of every record. */
  static Stream<Map.Entry<String, Schema.Field>> fields() {
    return named().values().stream()
        .filter(schema -> schema.getType() == Schema.Type.RECORD)
        .flatMap(
            schema ->
                schema.getFields().stream()
                    .map(field -> Map.entry(schema.getName() + "." + field.name(), field)));
  }
}
