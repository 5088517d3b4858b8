package io.lethe.intake;

import io.lethe.schemas.event.Regime;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  /**
   * Deadlines by regime, by its name in lower case: gdpr, uk, ccpa, drop, internal. What is left
   * out is the law's own.
   */
  Map<Regime, DeadlineConfig> deadlines();

  /** How far ahead of ours an asker's clock may be. */
  @WithDefault("60s")
  Duration clockSkewTolerance();

  /**
   * Requests that are remembered, about 1 KiB of memory each; the eldest finished ones go first.
   */
  @WithDefault("200000")
  int requestsMax();

  /**
   * Publications that may wait for their acknowledgement at once, through both doors; at least
   * twice lethe.submissions-per-poll-max, so that neither door keeps the other out.
   */
  @WithDefault("8000")
  int publicationsInFlightMax();

  /**
   * How accepted requests are compressed: none, zstd, snappy, lz4 or gzip. The service's class
   * loader keeps lz4 from its native code, which takes a third of intake's time then.
   */
  @WithDefault("zstd")
  String publishCompression();

  /** Most bytes of a batch of accepted requests for one partition. */
  @WithDefault("65536")
  int publishBatchBytes();

  /** How often each caller of the REST door may call. */
  ProducerLimit producerLimit();

  /** A token bucket for each caller. */
  interface ProducerLimit {
    /** Calls that a caller may go on making each second. */
    @WithDefault("1000")
    int perSecond();

    /** Calls that it may make at once after a pause. */
    @WithDefault("2000")
    int burst();

    /** Callers remembered, about 200 bytes of memory each; the longest silent goes first. */
    @WithDefault("1000")
    int producersMax();
  }

  /** Consumer group of the Kafka door. */
  @WithDefault("lethe-intake")
  String submissionsGroup();

  /** Threads of the Kafka door; more than the topic has partitions have nothing to do. */
  @WithDefault("4")
  int submissionThreads();

  /**
   * Most records that a thread of the Kafka door takes at once; it takes the next when these are
   * durable.
   */
  @WithDefault("1000")
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

  /** How a regime counts. */
  interface DeadlineConfig {
    /**
     * Calendar period from the day of receipt, for example P1M or P30D; no longer than the law's.
     */
    Optional<Period> period();

    /** By how much a deadline may be moved, once; P0D forbids it. No longer than the law's. */
    Optional<Period> extension();

    /** Zone in which the regime's days begin and end, for example Europe/Madrid. */
    Optional<ZoneId> zone();

    /**
     * Whether a deadline on a weekend or a holiday moves to the next working day (Regulation
     * 1182/71). Off, since erasing needs no office hours and the earlier date is always lawful.
     */
    @WithDefault("false")
    boolean movesToWorkingDay();

    /** Days beside the weekends on which nobody works, for example 2026-12-25. */
    Optional<Set<LocalDate>> holidays();
  }
}
