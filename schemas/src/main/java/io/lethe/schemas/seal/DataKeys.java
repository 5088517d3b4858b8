package io.lethe.schemas.seal;

import java.util.Optional;

/**
 * Keys under which a request's samples lie sealed. They are kept outside Kafka, so that to destroy
 * one is to shred every copy of what it sealed: in logs, change logs, state stores and backups of
 * them. A key management service can stand in for {@link DataKeyFolder}.
 */
public interface DataKeys extends AutoCloseable {
  /**
   * A new key, durable before this returns.
   *
   * @throws java.io.UncheckedIOException when it cannot be kept
   */
  DataKey create();

  /**
   * The key of that id; empty when it was destroyed, or never was.
   *
   * @throws org.apache.kafka.common.errors.SerializationException when the text is no key's id
   * @throws java.io.UncheckedIOException when the keys cannot be read
   */
  Optional<DataKey> find(String id);

  /**
   * Destroys the key for good; again changes nothing.
   *
   * @throws java.io.UncheckedIOException when it cannot be destroyed
   */
  void destroy(String id);

  @Override
  void close();
}
