package io.lethe.schemas.kafka;

import io.lethe.schemas.SubjectPartitioner;
import io.lethe.schemas.Topics;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.schemas.serde.AvroSerdeConfig;
import io.lethe.schemas.serde.AvroSerializer;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Settings of Kafka clients that lose nothing, duplicate nothing and create nothing. Each map is
 * the caller's to change.
 */
public final class KafkaSettings {
  private static final int SESSION_TIMEOUT_MILLIS = 10_000;
  private static final int HEARTBEAT_INTERVAL_MILLIS = 3_000;
  private static final int POLL_RECORDS_MAX = 500;
  private static final int REQUEST_TIMEOUT_MILLIS = 15_000;
  private static final int DELIVERY_TIMEOUT_MILLIS = 60_000;

  private KafkaSettings() {}

  /**
   * A producer of our records: string keys, Avro values, interaction.recorded partitioned by
   * subject.
   */
  public static Map<String, Object> producer(
      String bootstrapServers, String registryUrl, String clientId) {
    Map<String, Object> settings = bytesProducer(bootstrapServers, clientId);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class.getName());
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, AvroSerializer.class.getName());
    settings.put(AvroSerdeConfig.SCHEMA_REGISTRY_URL, registryUrl);
    return settings;
  }

  /** As {@link #producer}, within transactions. */
  public static Map<String, Object> transactionalProducer(
      String bootstrapServers, String registryUrl, String clientId, String transactionalId) {
    Map<String, Object> settings = producer(bootstrapServers, registryUrl, clientId);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    return settings;
  }

  /** A producer of bytes: for dead letters. */
  public static Map<String, Object> bytesProducer(String bootstrapServers, String clientId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    settings.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, SubjectPartitioner.class.getName());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.maxMessageBytes());
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
    return settings;
  }

  /**
   * A consumer of our records in a group: string keys, Avro values, committed records only, no
   * automatic commit.
   */
  public static Map<String, Object> consumer(
      String bootstrapServers, String registryUrl, String groupId) {
    Map<String, Object> settings = bytesConsumer(bootstrapServers, groupId);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class.getName());
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, AvroDeserializer.class.getName());
    settings.put(AvroSerdeConfig.SCHEMA_REGISTRY_URL, registryUrl);
    return settings;
  }

  /**
   * A consumer of bytes in a group: whoever reads it turns bad bytes into dead letters instead of
   * stopping.
   */
  public static Map<String, Object> bytesConsumer(String bootstrapServers, String groupId) {
    Map<String, Object> settings = reader(bootstrapServers);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MILLIS);
    settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_INTERVAL_MILLIS);
    return settings;
  }

  /** What a {@link TopicFollower} is configured by: a reader without a group, and the registry. */
  public static Map<String, Object> follower(String bootstrapServers, String registryUrl) {
    Map<String, Object> settings = reader(bootstrapServers);
    settings.put(AvroSerdeConfig.SCHEMA_REGISTRY_URL, registryUrl);
    return settings;
  }

  private static Map<String, Object> reader(String bootstrapServers) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    settings.put(
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX);
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    return settings;
  }
}
