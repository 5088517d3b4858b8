package io.lethe.schemas;

import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.DeadLetterRedriven;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.event.UnlearningProgressed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The one list of topics: topics are created from it, documented from it, and nowhere else. */
public final class Topics {

  /**
   * Topics keyed by subject share this number, so that everything about one person meets in one
   * partition.
   */
  public static final int SUBJECT_PARTITIONS = 4;

  /** Largest value of any topic but those of {@link #LARGE_VALUE_BYTES_MAX}. */
  public static final int VALUE_BYTES_MAX = 1024 * 1024;

  /**
   * Largest value of forget-set.closed and adapter.version: a forget set closes before it would
   * pass this.
   */
  public static final int LARGE_VALUE_BYTES_MAX = 4 * 1024 * 1024;

  /**
   * Room that the broker's limits leave for a record's key, its headers and the frame of its batch.
   */
  public static final int FRAME_BYTES_MAX = 64 * 1024;

  private static final String DEAD_LETTER_SUFFIX = ".dlq";
  private static final Duration SUBMISSIONS_KEPT = Duration.ofDays(30);

  /** Regulators ask for records of requests for two years or more. */
  private static final Duration REQUESTS_KEPT = Duration.ofDays(3 * 365);

  /**
   * Long enough for a worker to come back from any outage, short because samples are personal data.
   */
  private static final Duration FORGET_SETS_KEPT = Duration.ofDays(30);

  private static final Duration CANDIDATES_KEPT = Duration.ofDays(365);
  private static final Duration VERSION_HISTORY_KEPT = Duration.ofDays(365);
  private static final Duration DEAD_LETTERS_KEPT = Duration.ofDays(90);

  private static final String BY_SUBJECT = "subjectRef";
  private static final String BY_MODEL = "modelId";

  public static final Topic<CatalogItem> CATALOG_ITEM =
      compacted("catalog.item", "itemId", CatalogItem.class, 1, Compatibility.BACKWARD_TRANSITIVE);
  public static final Topic<SubjectProfile> PROFILE_SUBJECT =
      compacted(
          "profile.subject",
          BY_SUBJECT,
          SubjectProfile.class,
          SUBJECT_PARTITIONS,
          Compatibility.BACKWARD_TRANSITIVE);
  public static final Topic<InteractionRecorded> INTERACTION_RECORDED =
      compacted(
          "interaction.recorded",
          "subjectRef/itemId, partitioned by subjectRef alone",
          InteractionRecorded.class,
          SUBJECT_PARTITIONS,
          Compatibility.BACKWARD_TRANSITIVE);
  public static final Topic<DeletionSubmitted> DELETION_SUBMITTED =
      deleted(
          "deletion.submitted",
          BY_SUBJECT,
          DeletionSubmitted.class,
          SUBJECT_PARTITIONS,
          SUBMISSIONS_KEPT);
  public static final Topic<DeletionRequested> DELETION_REQUESTED =
      deleted(
          "deletion.requested",
          BY_SUBJECT,
          DeletionRequested.class,
          SUBJECT_PARTITIONS,
          REQUESTS_KEPT);
  public static final Topic<ForgetSetClosed> FORGET_SET_CLOSED =
      new Topic<>(
          "forget-set.closed",
          BY_MODEL,
          ForgetSetClosed.class,
          1,
          FORGET_SETS_KEPT,
          Cleanup.DELETE,
          LARGE_VALUE_BYTES_MAX + FRAME_BYTES_MAX,
          Compatibility.FULL_TRANSITIVE);
  public static final Topic<RetainSampled> RETAIN_SAMPLED =
      compacted(
          "retain.sampled", "slot", RetainSampled.class, 1, Compatibility.BACKWARD_TRANSITIVE);
  public static final Topic<UnlearningProgressed> UNLEARNING_PROGRESSED =
      compacted(
          "unlearning.progressed",
          BY_MODEL,
          UnlearningProgressed.class,
          1,
          Compatibility.BACKWARD_TRANSITIVE);
  public static final Topic<AdapterTrained> ADAPTER_TRAINED =
      deleted("adapter.trained", BY_MODEL, AdapterTrained.class, 1, CANDIDATES_KEPT);
  public static final Topic<AdapterVersion> ADAPTER_VERSION =
      new Topic<>(
          "adapter.version",
          BY_MODEL,
          AdapterVersion.class,
          1,
          VERSION_HISTORY_KEPT,
          Cleanup.COMPACT_WITH_HISTORY,
          LARGE_VALUE_BYTES_MAX + FRAME_BYTES_MAX,
          Compatibility.FULL_TRANSITIVE);
  public static final Topic<AdapterServing> ADAPTER_SERVING =
      compacted(
          "adapter.serving", "replicaId", AdapterServing.class, 1, Compatibility.FULL_TRANSITIVE);
  public static final Topic<DeletionProgressed> DELETION_PROGRESSED =
      compacted(
          "deletion.progressed",
          "requestId",
          DeletionProgressed.class,
          1,
          Compatibility.FULL_TRANSITIVE);

  public static final Topic<DeadLetterRedriven> DEAD_LETTER_REDRIVEN =
      deleted(
          "dead-letter.redriven",
          "position of the dead letter, topic-partition@offset",
          DeadLetterRedriven.class,
          1,
          REQUESTS_KEPT);

  /** The topics of events, in the order of the flow. */
  private static final List<Topic<?>> EVENTS =
      List.of(
          CATALOG_ITEM,
          PROFILE_SUBJECT,
          INTERACTION_RECORDED,
          DELETION_SUBMITTED,
          DELETION_REQUESTED,
          FORGET_SET_CLOSED,
          RETAIN_SAMPLED,
          UNLEARNING_PROGRESSED,
          ADAPTER_TRAINED,
          ADAPTER_VERSION,
          ADAPTER_SERVING,
          DELETION_PROGRESSED,
          DEAD_LETTER_REDRIVEN);

  private static final List<Topic<?>> ALL =
      Stream.concat(EVENTS.stream(), EVENTS.stream().map(Topics::deadLettersOf))
          .collect(Collectors.toUnmodifiableList());

  private static final Map<String, Topic<?>> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Topic::name, Function.identity()));

  private Topics() {}

  /** Every topic: those of events in the order of the flow, then their dead-letter topics. */
  public static List<Topic<?>> all() {
    return ALL;
  }

  /** The topics of events, in the order of the flow, without the dead-letter topics. */
  public static List<Topic<?>> events() {
    return EVENTS;
  }

  /** The topic of that name, if it is ours. */
  public static Optional<Topic<?>> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /**
   * Name of the topic that takes the dead letters of a topic.
   *
   * @throws IllegalArgumentException when the topic is itself a dead-letter topic
   */
  public static String deadLetter(String topicName) {
    if (isDeadLetter(topicName)) {
      throw new IllegalArgumentException(
          "Topic "
              + topicName
              + " is a dead-letter topic already; its records are redriven, never dead-lettered again.");
    }
    return topicName + DEAD_LETTER_SUFFIX;
  }

  /**
   * Name of the topic that a dead-letter topic takes the letters of.
   *
   * @throws IllegalArgumentException when the name is not that of a dead-letter topic
   */
  public static String sourceOf(String deadLetterTopic) {
    if (!isDeadLetter(deadLetterTopic)) {
      throw new IllegalArgumentException(
          "Topic " + deadLetterTopic + " is no dead-letter topic; its name must end in .dlq.");
    }
    return deadLetterTopic.substring(0, deadLetterTopic.length() - DEAD_LETTER_SUFFIX.length());
  }

  /** True when the name is that of a dead-letter topic. */
  public static boolean isDeadLetter(String topicName) {
    return topicName.endsWith(DEAD_LETTER_SUFFIX);
  }

  /**
   * Largest record batch that any topic accepts: producers and consumers size their buffers by it.
   */
  public static int maxMessageBytes() {
    return ALL.stream().mapToInt(Topic::maxMessageBytes).max().orElseThrow();
  }

  private static <V> Topic<V> compacted(
      String name, String key, Class<V> value, int partitions, Compatibility compatibility) {
    return new Topic<>(
        name,
        key,
        value,
        partitions,
        null,
        Cleanup.COMPACT,
        VALUE_BYTES_MAX + FRAME_BYTES_MAX,
        compatibility);
  }

  private static <V> Topic<V> deleted(
      String name, String key, Class<V> value, int partitions, Duration retention) {
    return new Topic<>(
        name,
        key,
        value,
        partitions,
        retention,
        Cleanup.DELETE,
        VALUE_BYTES_MAX + FRAME_BYTES_MAX,
        Compatibility.FULL_TRANSITIVE);
  }

  private static Topic<byte[]> deadLettersOf(Topic<?> source) {
    return new Topic<>(
        deadLetter(source.name()),
        "the source record's key",
        byte[].class,
        1,
        DEAD_LETTERS_KEPT,
        Cleanup.DELETE,
        // A dead letter carries more headers than the record it wraps.
        source.maxMessageBytes() + FRAME_BYTES_MAX,
        Compatibility.NONE);
  }
}
