package io.lethe.schemas.contract;

import io.lethe.schemas.Cleanup;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/** Writes the reference page of topics and records, out of the list of topics and the schemas. */
final class TopicsPage {
  private static final int BYTES_PER_KIB = 1024;
  private static final int HOURS_PER_DAY = 24;

  private TopicsPage() {}

  static String generate() {
    StringBuilder page = new StringBuilder();
    page.append(
        "<!-- Generated from the list of topics and the schemas; a test fails when it differs. -->\n");
    page.append("# Topics and records\n\n");
    page.append(
        "Keys are UTF-8 strings. Values are Avro in Confluent's wire format, under the subject `<topic>-value`; a null value\n");
    page.append(
        "is a tombstone. CloudEvents attributes (`ce_id`, `ce_type`, `ce_source`, `ce_time`) are headers. Topics are created\n");
    page.append(
        "from the list, never by the first record. Records of a request or a forget set carry the W3C header `traceparent`. The same in machine-readable form: `schemas/asyncapi.yaml`.\n\n");
    page.append(
        "| topic | key | value | partitions | cleanup | kept | segment | batch at most | compatibility |\n");
    page.append("|---|---|---|---|---|---|---|---|---|\n");
    Topics.events().forEach(topic -> page.append(row(topic)));
    page.append("\nEvery topic has a dead-letter topic, `<topic>.dlq`: one partition, kept ");
    page.append(Topics.all().get(Topics.events().size()).retention().toDays());
    page.append(
        " days, the original bytes with where they came from and why they could not be used;"
            + " see [dead letters](dead-letters.md).\n");
    Schemas.named().values().forEach(schema -> page.append(section(schema)));
    return page.toString();
  }

  private static String row(Topic<?> topic) {
    return "| `%s` | %s | [%s](#%s) | %d | %s | %s | %s | %d KiB | %s |%n"
        .formatted(
            topic.name(),
            topic.key(),
            topic.value().getSimpleName(),
            topic.value().getSimpleName().toLowerCase(java.util.Locale.ROOT),
            topic.partitions(),
            topic.cleanup() == Cleanup.DELETE ? "delete" : "compact",
            kept(topic),
            segment(topic),
            topic.maxMessageBytes() / BYTES_PER_KIB,
            topic.compatibility())
        .replace(System.lineSeparator(), "\n");
  }

  private static String kept(Topic<?> topic) {
    return switch (topic.cleanup()) {
      case DELETE -> topic.retention().toDays() + " days";
      case COMPACT -> "latest of each key";
      case COMPACT_WITH_HISTORY ->
          "latest of each key, all for " + topic.retention().toDays() + " days";
    };
  }

  private static String segment(Topic<?> topic) {
    long hours = topic.segment().toHours();
    return hours % HOURS_PER_DAY == 0
        ? hours / HOURS_PER_DAY + (hours == HOURS_PER_DAY ? " day" : " days")
        : hours + " hours";
  }

  private static String section(Schema schema) {
    StringBuilder section = new StringBuilder();
    section
        .append("\n## ")
        .append(schema.getName())
        .append("\n\n")
        .append(schema.getDoc())
        .append("\n\n");
    if (schema.getType() == Schema.Type.ENUM) {
      section.append("One of ");
      section.append(
          schema.getEnumSymbols().stream()
              .map(symbol -> "`" + symbol + "`")
              .collect(Collectors.joining(", ")));
      section
          .append("; a reader takes a symbol it does not know for `")
          .append(schema.getEnumDefault())
          .append("`.\n");
      return section.toString();
    }
    section.append("| field | type | default | |\n|---|---|---|---|\n");
    for (Schema.Field field : schema.getFields()) {
      section.append(
          "| `%s` | %s | %s | %s |"
              .formatted(field.name(), type(field.schema()), defaultOf(field), field.doc()));
      section.append('\n');
    }
    return section.toString();
  }

  private static String type(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM ->
          "["
              + schema.getName()
              + "](#"
              + schema.getName().toLowerCase(java.util.Locale.ROOT)
              + ")";
      case ARRAY -> "list of " + type(schema.getElementType());
      case MAP -> "map of string to " + type(schema.getValueType());
      case UNION -> type(schema.getTypes().get(1)) + " or null";
      default ->
          schema.getLogicalType() == null
              ? schema.getType().getName()
              : schema.getLogicalType().getName();
    };
  }

  private static String defaultOf(Schema.Field field) {
    if (!field.hasDefaultValue()) {
      return "";
    }
    Object value = field.defaultVal();
    if (value == JsonProperties.NULL_VALUE) {
      return "null";
    }
    if (value instanceof Map<?, ?>) {
      return "{}";
    }
    return "".equals(value) ? "empty" : "`" + value + "`";
  }
}
