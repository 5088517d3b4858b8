package io.lethe.ledger;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Configuration of erasure-ledger; an unknown key under {@code lethe.} stops the start. */
@ConfigMapping(prefix = "lethe")
public interface LedgerConfig {
  /** Address of the schema registry. */
  @WithDefault("http://localhost:8081")
  String schemaRegistryUrl();

  /** The recommender whose requests are followed. */
  @WithDefault("recommender")
  String modelId();

  /** Folder of the log, the receipts and the signing key; back it up. */
  @WithDefault("state/erasure-ledger")
  Path stateDirectory();

  /**
   * How long a heartbeat keeps a recommendation server live; longer than a server's
   * lethe.catalog-timeout and lethe.heartbeat-interval together, or a server that is cut off still
   * answers after requests were completed without it.
   */
  @WithDefault("65s")
  Duration serverTimeout();

  /** Live servers without which nothing counts as acknowledged. */
  @WithDefault("1")
  int expectedServersMin();

  /** Servers remembered; the longest gone makes room. */
  @WithDefault("1000")
  int serversMax();

  /** Requests held, about 2 KiB of memory each; beyond it the service says so and is not ready. */
  @WithDefault("200000")
  int requestsMax();

  /** Versions remembered with their watermarks; the eldest goes first. */
  @WithDefault("16")
  int versionsMax();

  /** Trained candidates remembered; the eldest goes first. */
  @WithDefault("1000")
  int candidatesMax();

  /** Forget sets remembered for the console, about 1 KiB of memory each; the eldest goes first. */
  @WithDefault("500")
  int forgetSetsMax();

  /** Versions remembered for the console, without their watermarks; the eldest goes first. */
  @WithDefault("1000")
  int lineageMax();

  /** How often requests are looked at without any event. */
  @WithDefault("1s")
  Duration checkInterval();

  /**
   * How long after a release the forget set is awaited that led to it, before it counts as expired.
   */
  @WithDefault("60s")
  Duration missingSetPatience();

  /** After how long without an answer from the broker the service is not ready. */
  @WithDefault("30s")
  Duration stallTimeout();

  /** What one answer lists at most. */
  @WithDefault("1000")
  int listMax();

  /** How often the console asks for what is new. */
  @WithDefault("2s")
  Duration pageRefresh();

  /** What the three clocks are measured by. */
  ClocksConfig clocks();

  /** The log that proves what was done. */
  LogConfig log();

  /** What callbacks tell producers. */
  CallbacksConfig callbacks();

  /** Dead letters and their redrive. */
  DeadLettersConfig deadLetters();

  /** The three clocks as the console and its interface show them. */
  interface ClocksConfig {
    /** The newest requests, over which percentiles are told; at most lethe.requests-max. */
    @WithDefault("10000")
    int requestsMax();

    /** Within which every live server is to have the subject out of its prompts. */
    @WithDefault("1s")
    Duration suppressedTarget();

    /** Within which every live server is to serve a version that has forgotten the request. */
    @WithDefault("60s")
    Duration unlearnedTarget();
  }

  /** The Merkle log. */
  interface LogConfig {
    /**
     * The log's name in checkpoints: one word, best the address without scheme under which it is
     * served, and never used for another log.
     */
    @WithDefault("localhost/erasure-ledger")
    String origin();
  }

  /** Signed callbacks (Standard Webhooks) when a request is completed, and when it became exact. */
  interface CallbacksConfig {
    /** Who is called: the producer's name, as its requests carry it as source, and where. */
    Map<String, ProducerConfig> producers();

    /** Whether callbacks may go over plain HTTP; for development alone. */
    @WithDefault("false")
    boolean allowHttp();

    /** Callbacks that wait at most; beyond it new ones count as dead at once. */
    @WithDefault("10000")
    int pendingMax();

    /** Dead callbacks kept at most; the eldest goes first. Receipts stay where they are. */
    @WithDefault("10000")
    int deadMax();

    /** Callbacks that one producer gets at the same time. */
    @WithDefault("8")
    int inFlightMax();

    /** Tries before a callback is dead; with the pauses below about a day. */
    @WithDefault("15")
    int attemptsMax();

    /** Pause after the first failed try; it doubles with each further one. */
    @WithDefault("5S")
    Duration retryPauseMin();

    /** Longest pause between two tries. */
    @WithDefault("6H")
    Duration retryPauseMax();

    /** How long one try may take. */
    @WithDefault("15S")
    Duration timeout();

    /** One producer. */
    interface ProducerConfig {
      /** Where callbacks are posted to: https. */
      URI url();

      /**
       * File with the shared secrets, one a line as {@code whsec_} and Base64; the first signs
       * first, and all sign while one is replaced.
       */
      Path secretFile();
    }
  }

  /** Limits of dead letters. */
  interface DeadLettersConfig {
    /** Dead letters whose deadlines are counted, about 1 KiB of memory each. */
    @WithDefault("100000")
    int recordsMax();

    /**
     * How long after its receipt a request is due whose own deadline cannot be read: the shortest
     * that any regime leaves, one month in February.
     */
    @WithDefault("28D")
    Duration unknownDeadline();

    /** How often one record may be sent back. */
    @WithDefault("5")
    int redrivesMax();

    /** Letters that one redrive sends back at most. */
    @WithDefault("1000")
    int redriveMax();

    /** How long reading one record, or what came after it, may take. */
    @WithDefault("30S")
    Duration readTimeout();

    /** How long the ledger waits for a dead-letter topic to take a letter. */
    @WithDefault("10S")
    Duration writeTimeout();

    /** Pause before a letter is tried a second time that its topic did not take. */
    @WithDefault("1S")
    Duration retryPauseMin();

    /** Longest pause between two tries. */
    @WithDefault("60S")
    Duration retryPauseMax();

    /** Consumer group that keeps the poison of topics which nobody works off. */
    @WithDefault("lethe-ledger-poison")
    String keeperGroup();
  }
}
