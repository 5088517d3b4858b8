package io.lethe.intake;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Configuration of deletion-intake; an unknown key under {@code lethe.} stops the start. */
@ConfigMapping(prefix = "lethe")
public interface IntakeConfig {
  /** Address of the schema registry. */
  @WithDefault("http://localhost:8081")
  String schemaRegistryUrl();

  /** The recommender served; intake takes requests for all models. */
  @WithDefault("recommender")
  String modelId();

  /** File with the Base64 key that pseudonymises account ids; readable by its owner alone. */
  Path pseudonymKeyFile();

  /** How long a caller waits for the broker's acknowledgement before it is told to try again. */
  @WithDefault("10s")
  Duration publishTimeout();

  /** What callers are told to wait before they ask again. */
  @WithDefault("5s")
  Duration retryAfter();

  /** Most items that one request may name. */
  @WithDefault("1000")
  int itemsMax();

  /** Largest body in bytes. */
  @WithDefault("65536")
  int bodyBytesMax();

  /** Days that the regime INTERNAL leaves for erasing. */
  @WithDefault("30")
  int internalDeadlineDays();

  /** How far ahead of ours an asker's clock may be. */
  @WithDefault("60s")
  Duration clockSkewTolerance();

  /**
   * Requests that are remembered, about 1 KiB of memory each; the eldest finished ones go first.
   */
  @WithDefault("200000")
  int requestsMax();

  /** Publications that may wait for their acknowledgement at once. */
  @WithDefault("1000")
  int publicationsInFlightMax();

  /** Consumer group of the Kafka door. */
  @WithDefault("lethe-intake")
  String submissionsGroup();

  /** Most records that the Kafka door takes at once. */
  @WithDefault("200")
  int submissionsPerPollMax();

  /** Pause before a dead letter is tried a second time that its topic did not take. */
  @WithDefault("1s")
  Duration deadLetterPauseMin();

  /** Longest pause between two tries; the record's partition waits meanwhile. */
  @WithDefault("60s")
  Duration deadLetterPauseMax();

  /** After how long without an answer from the broker the service counts as stuck. */
  @WithDefault("120s")
  Duration stallTimeout();
}
