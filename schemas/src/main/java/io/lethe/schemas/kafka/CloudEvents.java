package io.lethe.schemas.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * CloudEvents 1.0 attributes in Kafka's binary mode: the value stays as it is, the attributes are
 * headers.
 */
public final class CloudEvents {
  public static final String SPEC_VERSION_HEADER = "ce_specversion";
  public static final String ID_HEADER = "ce_id";
  public static final String TYPE_HEADER = "ce_type";
  public static final String SOURCE_HEADER = "ce_source";
  public static final String TIME_HEADER = "ce_time";
  public static final String CONTENT_TYPE_HEADER = "content-type";

  private static final String SPEC_VERSION = "1.0";
  private static final String AVRO = "application/avro";

  private CloudEvents() {}

  /**
   * Stamps a record's headers; an earlier stamp is replaced.
   *
   * @param type name of the topic
   * @param source name of the service that sends it
   * @param id unique within the source: a record sent again carries the id it had
   * @param time when the event happened
   * @return the same headers
   */
  public static Headers stamp(
      Headers headers, String type, String source, String id, Instant time) {
    put(headers, SPEC_VERSION_HEADER, SPEC_VERSION);
    put(headers, ID_HEADER, id);
    put(headers, TYPE_HEADER, type);
    put(headers, SOURCE_HEADER, source);
    put(headers, TIME_HEADER, time.truncatedTo(ChronoUnit.MILLIS).toString());
    put(headers, CONTENT_TYPE_HEADER, AVRO);
    return headers;
  }

  /** Text of the last header of that name; null when there is none. */
  public static String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  static void put(Headers headers, String name, String value) {
    if (headers.lastHeader(name) != null) {
      headers.remove(name);
    }
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
