package io.lethe.schemas.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A record that cannot be read, as it was found.
 *
 * @param source the record with its original bytes
 * @param error why it cannot be read; holds no identity
 */
public record PoisonRecord(ConsumerRecord<byte[], byte[]> source, SerializationException error) {}
