package io.lethe.schemas.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.DeadLetters;
import io.lethe.schemas.kafka.TraceContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the contract as an AsyncAPI 3 document, out of the list of topics and the schemas. */
final class AsyncApiDocument {
  private static final String BINDING_VERSION = "0.5.0";
  private static final String AVRO_FORMAT = "application/vnd.apache.avro;version=1.9.0";
  private static final String DEAD_LETTER = "DeadLetter";

  /** What comes from outside; all else the system says itself. */
  private static final Set<Topic<?>> RECEIVED =
      Set.of(
          Topics.CATALOG_ITEM,
          Topics.PROFILE_SUBJECT,
          Topics.INTERACTION_RECORDED,
          Topics.DELETION_SUBMITTED);

  /** Headers that only some dead letters carry. */
  private static final Set<String> SOMETIMES =
      Set.of(
          DeadLetters.DUE_AT_HEADER,
          DeadLetters.OMITTED_BYTES_HEADER,
          DeadLetters.OMITTED_SHA256_HEADER,
          DeadLetters.REDRIVES_HEADER,
          DeadLetters.REDRIVE_ID_HEADER,
          DeadLetters.REDRIVEN_FROM_HEADER);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML =
      new ObjectMapper(
          new YAMLFactory()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR));

  private AsyncApiDocument() {}

  static String generate() throws JsonProcessingException {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("asyncapi", "3.0.0");
    document.put("info", info());
    document.put("defaultContentType", "application/avro");
    document.put(
        "channels", mapOf(Topics.all(), AsyncApiDocument::channelId, AsyncApiDocument::channel));
    document.put(
        "operations",
        mapOf(Topics.events(), AsyncApiDocument::operationId, AsyncApiDocument::operation));
    document.put("components", components());
    return "# Generated from the list of topics and the schemas; a test fails when it differs.\n"
        + YAML.writeValueAsString(document);
  }

  private static Map<String, Object> info() {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("title", "Lethe");
    info.put("version", "1");
    info.put(
        "description",
        "Deletion events in, a served recommender that forgets out, with proof. Values are Avro in Confluent's wire format;"
            + " keys are UTF-8 strings; CloudEvents attributes are headers.");
    return info;
  }

  private static Map<String, Object> channel(Topic<?> topic) {
    Map<String, Object> channel = new LinkedHashMap<>();
    channel.put("address", topic.name());
    channel.put(
        "description",
        topic.isAvro()
            ? Schemas.of(topic).getDoc()
            : "Records that could not be used, with where they came from and why.");
    String message = messageId(topic);
    channel.put("messages", Map.of(message, reference("#/components/messages/" + message)));
    Map<String, Object> kafka = new LinkedHashMap<>();
    kafka.put("topic", topic.name());
    kafka.put("partitions", topic.partitions());
    kafka.put("topicConfiguration", topicConfiguration(topic));
    kafka.put("bindingVersion", BINDING_VERSION);
    channel.put("bindings", Map.of("kafka", kafka));
    return channel;
  }

  private static Map<String, Object> topicConfiguration(Topic<?> topic) {
    Map<String, Object> configuration = new LinkedHashMap<>();
    topic.config().forEach((key, value) -> configuration.put(key, valueOf(key, value)));
    return configuration;
  }

  private static Object valueOf(String key, String value) {
    if (key.equals("cleanup.policy")) {
      return List.of(value);
    }
    return value.chars().anyMatch(Character::isLetter) ? value : Long.valueOf(value);
  }

  private static Map<String, Object> operation(Topic<?> topic) {
    Map<String, Object> operation = new LinkedHashMap<>();
    operation.put("action", RECEIVED.contains(topic) ? "receive" : "send");
    operation.put("channel", reference("#/channels/" + channelId(topic)));
    return operation;
  }

  private static Map<String, Object> components() throws JsonProcessingException {
    Map<String, Object> messages = new LinkedHashMap<>();
    for (Topic<?> topic : Topics.events()) {
      messages.put(messageId(topic), message(topic));
    }
    messages.put(DEAD_LETTER, deadLetter());
    Map<String, Object> components = new LinkedHashMap<>();
    components.put("messages", messages);
    components.put("schemas", Map.of("CloudEventHeaders", cloudEventHeaders()));
    return components;
  }

  private static Map<String, Object> message(Topic<?> topic) throws JsonProcessingException {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("name", messageId(topic));
    message.put("summary", Schemas.of(topic).getDoc());
    message.put("contentType", "application/avro");
    message.put("headers", reference("#/components/schemas/CloudEventHeaders"));
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("schemaFormat", AVRO_FORMAT);
    payload.put(
        "schema",
        JSON.readValue(
            Schemas.of(topic).toString(), new TypeReference<LinkedHashMap<String, Object>>() {}));
    message.put("payload", payload);
    Map<String, Object> kafka = new LinkedHashMap<>();
    kafka.put("key", text(topic.key()));
    kafka.put("schemaIdLocation", "payload");
    kafka.put("schemaIdPayloadEncoding", "confluent");
    kafka.put("schemaLookupStrategy", "TopicNameStrategy");
    kafka.put("bindingVersion", BINDING_VERSION);
    message.put("bindings", Map.of("kafka", kafka));
    return message;
  }

  private static Map<String, Object> deadLetter() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(DeadLetters.SOURCE_TOPIC_HEADER, text("Topic the record was found in."));
    properties.put(DeadLetters.SOURCE_PARTITION_HEADER, text("Its partition there."));
    properties.put(DeadLetters.SOURCE_OFFSET_HEADER, text("Its offset there."));
    properties.put(DeadLetters.ERROR_CLASS_HEADER, text("Class of the error."));
    properties.put(DeadLetters.ERROR_REASON_HEADER, text("What is wrong, without any identity."));
    properties.put(DeadLetters.FIRST_SEEN_HEADER, text("When it first failed, ISO 8601."));
    properties.put(
        DeadLetters.RECEIVED_AT_HEADER,
        text("When the record first reached the broker, ISO 8601: a deadline is counted from it."));
    properties.put(DeadLetters.ATTEMPTS_HEADER, text("How often it was tried, redrives included."));
    properties.put(
        DeadLetters.DUE_AT_HEADER,
        text("Legal deadline of the request it carries, ISO 8601, where known."));
    properties.put(
        DeadLetters.OMITTED_BYTES_HEADER,
        text(
            "Size of a record too large for the letter: key, value and headers lie at its source."));
    properties.put(
        DeadLetters.OMITTED_SHA256_HEADER, text("Hex SHA-256 of the value left out, if any."));
    properties.put(DeadLetters.REDRIVES_HEADER, text("How often it was sent back, if ever."));
    properties.put(
        DeadLetters.REDRIVE_ID_HEADER, text("The redrive that sent it back last, if ever."));
    properties.put(
        DeadLetters.REDRIVEN_FROM_HEADER,
        text("The dead letter that was sent back and failed again, topic-partition@offset."));
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("type", "object");
    headers.put(
        "required",
        properties.keySet().stream().filter(name -> !SOMETIMES.contains(name)).toList());
    headers.put("properties", properties);
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("name", DEAD_LETTER);
    message.put(
        "summary",
        "The original bytes of a record that could not be used, its own headers and these.");
    message.put("contentType", "application/octet-stream");
    message.put("headers", headers);
    message.put(
        "bindings",
        Map.of(
            "kafka",
            mapOf(
                "key",
                text("The source record's key, byte for byte."),
                "bindingVersion",
                BINDING_VERSION)));
    return message;
  }

  private static Map<String, Object> cloudEventHeaders() {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(CloudEvents.SPEC_VERSION_HEADER, mapOf("type", "string", "const", "1.0"));
    properties.put(
        CloudEvents.ID_HEADER,
        text("Unique within the source; a record sent again carries the id it had."));
    properties.put(CloudEvents.TYPE_HEADER, text("Name of the topic."));
    properties.put(CloudEvents.SOURCE_HEADER, text("Name of the service that sends it."));
    properties.put(CloudEvents.TIME_HEADER, mapOf("type", "string", "format", "date-time"));
    properties.put(
        CloudEvents.CONTENT_TYPE_HEADER, mapOf("type", "string", "const", "application/avro"));
    properties.put(
        TraceContext.HEADER,
        text("W3C trace context of the request or forget set, on records of one of them."));
    return mapOf("type", "object", "properties", properties);
  }

  private static Map<String, Object> text(String description) {
    return mapOf("type", "string", "description", description);
  }

  private static Map<String, Object> reference(String target) {
    return Map.of("$ref", target);
  }

  private static String messageId(Topic<?> topic) {
    return topic.isAvro() ? topic.value().getSimpleName() : DEAD_LETTER;
  }

  private static String operationId(Topic<?> topic) {
    return (RECEIVED.contains(topic) ? "receive" : "send") + messageId(topic);
  }

  /** The topic's name in camel case: forget-set.closed.dlq becomes forgetSetClosedDlq. */
  private static String channelId(Topic<?> topic) {
    String joined =
        Arrays.stream(topic.name().split("[.-]"))
            .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
            .collect(Collectors.joining());
    return Character.toLowerCase(joined.charAt(0)) + joined.substring(1);
  }

  private static Map<String, Object> mapOf(
      List<Topic<?>> topics,
      java.util.function.Function<Topic<?>, String> key,
      java.util.function.Function<Topic<?>, Object> value) {
    Map<String, Object> map = new LinkedHashMap<>();
    topics.forEach(topic -> map.put(key.apply(topic), value.apply(topic)));
    return map;
  }

  private static Map<String, Object> mapOf(
      String first, Object firstValue, String second, Object secondValue) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(first, firstValue);
    map.put(second, secondValue);
    return map;
  }
}
