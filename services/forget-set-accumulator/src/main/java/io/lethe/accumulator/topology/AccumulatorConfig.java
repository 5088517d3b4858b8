package io.lethe.accumulator.topology;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Configuration of the service; an unknown key under {@code lethe.} stops the start. */
@ConfigMapping(prefix = "lethe")
public interface AccumulatorConfig {
  /** Address of the schema registry, or several separated by commas. */
  @WithDefault("http://localhost:8081")
  String schemaRegistryUrl();

  /** The recommender that must forget; part of every forget set's name. */
  @WithDefault("recommender")
  String modelId();

  /**
   * Folder of the local state, a disk that outlives a restart; without it state is restored from
   * the broker.
   */
  @WithDefault(".lethe/accumulator")
  String stateDirectory();

  /**
   * Folder of the data keys under which requests' samples lie sealed; shared by all accumulators
   * and workers of the model, on a disk that outlives a restart, and never backed up for longer
   * than what was erased may be restored.
   */
  @WithDefault(".lethe/data-keys")
  Path dataKeyFolder();

  /**
   * How often each log of persons' data gets a record where nothing else happens, so that what was
   * erased is compacted away; well below the topics' max.compaction.lag.ms.
   */
  @WithDefault("1H")
  Duration sweepInterval();

  /**
   * Whether large stores lie on disk; in memory they are restored from the broker at every start.
   */
  @WithDefault("true")
  boolean stateOnDisk();

  /** Native memory for the local state on disk, all stores together. */
  @WithDefault("67108864")
  long stateMemoryBytes();

  /**
   * Age in seconds from which on a file of the local state on disk is written anew, without what
   * was erased since.
   */
  @WithDefault("86400")
  long stateCompactionSeconds();

  /**
   * How long one record waits for a registry that is away before its thread fails; below Kafka's
   * max.poll.interval.ms.
   */
  @WithDefault("4M")
  Duration registryPatience();

  /** Failed stream threads replaced within the window; one more stops the service. */
  @WithDefault("5")
  int threadFailuresMax();

  /** How long a failed stream thread counts. */
  @WithDefault("10M")
  Duration threadFailuresWindow();

  /** How the recommender's samples were made; must be what it was tuned with. */
  SampleRuleConfig sampleRule();

  /** When a forget set closes. */
  CloseConfig close();

  /** How long unlearning is expected to take, so that a set closes in time. */
  UnlearningTimeConfig unlearningTime();

  /** Bounds of one request's expansion. */
  ExpansionConfig expansion();

  /** The retain reservoir, all partitions together. */
  ReservoirConfig reservoir();

  /** How samples are made. */
  interface SampleRuleConfig {
    /** Most earlier interactions that a prompt shows. */
    @WithDefault("10")
    int historyMax();

    /** Fewest earlier interactions that a target needs. */
    @WithDefault("3")
    int historyMin();

    /** A rating above this is a yes; required, since only the data's owner knows the scale. */
    double likedAbove();

    /** Targets rated before this were tuned on, later ones are held out; ISO 8601, required. */
    Instant trainUntil();
  }

  /** Limits of an open forget set. */
  interface CloseConfig {
    /** Closes as soon as it names this many requests. */
    @WithDefault("64")
    int requestsMax();

    /** Closes as soon as it holds this many samples. */
    @WithDefault("4096")
    int samplesMax();

    /** Closes before its record would pass this many bytes; the topic carries 4 MiB. */
    @WithDefault("4128768")
    long bytesMax();

    /** Closes when its first request is this old. */
    @WithDefault("5S")
    Duration age();

    /**
     * What is left, beside the time for unlearning, between the closing and the first legal
     * deadline in it: for the release, the servers, and the exact path.
     */
    @WithDefault("7D")
    Duration deadlineMargin();

    /** How often age and deadlines are looked at. */
    @WithDefault("0.2S")
    Duration checkInterval();
  }

  /** How long unlearning takes. */
  interface UnlearningTimeConfig {
    /** Jobs that the estimate rests on; the eldest goes first. */
    @WithDefault("32")
    int jobsMax();

    /** Share of those jobs that must not have taken longer than the estimate. */
    @WithDefault("0.9")
    double quantile();

    /** What a set with samples is expected to take at least; all there is before the first job. */
    @WithDefault("60S")
    Duration floor();

    /** By what the expected time is multiplied before a deadline. */
    @WithDefault("2")
    double safetyFactor();

    /** Closed sets without an accepted candidate that are remembered, about 200 bytes of memory. */
    @WithDefault("10000")
    int owedSetsMax();
  }

  /** Limits of one request. */
  interface ExpansionConfig {
    /**
     * Most interactions of one person that a request is expanded over; beyond it the request
     * becomes a dead letter.
     */
    @WithDefault("20000")
    int interactionsMax();

    /**
     * Size at which a part of a request is full and the next begins; at most half of
     * lethe.close.bytes-max and 512 KiB.
     */
    @WithDefault("262144")
    int partBytesMax();
  }

  /** Size of the reservoir. */
  interface ReservoirConfig {
    /** Slots for samples the recommender was tuned on. */
    @WithDefault("512")
    int trainSize();

    /** Slots for samples it never saw. */
    @WithDefault("256")
    int heldSize();

    /** Another seed draws another sample. */
    @WithDefault("1")
    String seed();
  }
}
