package io.lethe.serving.follow;

import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.schemas.kafka.TopicFollower;
import io.lethe.serving.acknowledge.ServingAnnouncer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Follows the topics from their beginning: what prompts are made from on one thread, deletion
 * requests on a second, so that no flood of ratings holds up a suppression, versions on a third.
 */
public final class KafkaEventFeed implements EventFeed {
  private static final Logger LOG = Logger.getLogger(KafkaEventFeed.class);

  private final EventApplier applier;
  private final BrokerContact contact;
  private final Consumer<String> onSkipped;
  private final TopicFollower<SpecificRecord> contents;
  private final TopicFollower<SpecificRecord> deletions;
  private final TopicFollower<SpecificRecord> versions;

  /**
   * @param settings follower settings as {@code KafkaSettings.follower} gives them
   * @param onSkipped gets the topic of each record that could not be used
   */
  public KafkaEventFeed(
      Map<String, Object> settings,
      EventApplier applier,
      ServingAnnouncer announcer,
      BrokerContact contact,
      Consumer<String> onSkipped,
      Clock clock) {
    this.applier = applier;
    this.contact = contact;
    this.onSkipped = onSkipped;
    this.contents =
        follower(
            settings,
            clock,
            "follow-contents",
            offsets -> {},
            Topics.CATALOG_ITEM,
            Topics.PROFILE_SUBJECT,
            Topics.INTERACTION_RECORDED);
    this.deletions =
        follower(
            settings,
            clock,
            "follow-deletions",
            offsets -> {
              announcer.suppressedBelow(of(Topics.DELETION_REQUESTED, offsets));
              contact.appliedBelow(offsets);
            },
            Topics.DELETION_REQUESTED,
            Topics.DELETION_PROGRESSED);
    this.versions =
        follower(settings, clock, "follow-versions", contact::appliedBelow, Topics.ADAPTER_VERSION);
  }

  @Override
  public void start() {
    // Deletions first: nothing may be shown before it is known what must not be.
    followers().forEach(TopicFollower::start);
    contact.start();
  }

  @Override
  public Optional<String> behind() {
    if (!deletions.isCaughtUp()) {
      return Optional.of("still reading deletion.requested and deletion.progressed");
    }
    if (!contents.isCaughtUp()) {
      return Optional.of("still reading catalog.item, profile.subject and interaction.recorded");
    }
    return versions.isCaughtUp() ? Optional.empty() : Optional.of("still reading adapter.version");
  }

  @Override
  public Optional<String> fault() {
    return followers().stream()
        .flatMap(follower -> follower.failure().stream())
        .map(failure -> "an event follower stopped: " + failure.getClass().getSimpleName())
        .findFirst();
  }

  @Override
  public Instant knownAt() {
    return contact.knownAt();
  }

  @Override
  public Optional<String> waitsFor() {
    return contact.waitsFor();
  }

  @Override
  public void close() {
    followers().forEach(TopicFollower::close);
  }

  private List<TopicFollower<SpecificRecord>> followers() {
    return List.of(deletions, contents, versions);
  }

  @SafeVarargs
  private TopicFollower<SpecificRecord> follower(
      Map<String, Object> settings,
      Clock clock,
      String name,
      Consumer<Map<TopicPartition, Long>> onPositions,
      Topic<? extends SpecificRecord>... topics) {
    var builder =
        TopicFollower.<SpecificRecord>builder()
            .config(settings)
            .name(name)
            .clock(clock)
            .onRecord(this::apply)
            .onPoison(poison -> onSkipped.accept(poison.source().topic()))
            .onPositions(onPositions);
    for (Topic<? extends SpecificRecord> topic : topics) {
      builder.topic(topic);
    }
    return builder.build();
  }

  private void apply(FollowedRecord<SpecificRecord> record) {
    try {
      dispatch(record);
    } catch (IllegalArgumentException | ClassCastException unusable) {
      LOG.warnf(
          "skips %s-%d@%d: %s",
          record.topic(), record.partition(), record.offset(), unusable.getMessage());
      onSkipped.accept(record.topic());
    }
  }

  private void dispatch(FollowedRecord<SpecificRecord> record) {
    String topic = record.topic();
    SpecificRecord value = record.value();
    if (topic.equals(Topics.INTERACTION_RECORDED.name())) {
      applier.interaction(record.key(), (InteractionRecorded) value);
    } else if (topic.equals(Topics.PROFILE_SUBJECT.name())) {
      applier.profile(record.key(), (SubjectProfile) value);
    } else if (topic.equals(Topics.CATALOG_ITEM.name())) {
      applier.item(record.key(), (CatalogItem) value);
    } else if (topic.equals(Topics.DELETION_REQUESTED.name())) {
      applier.deletionRequested((DeletionRequested) value);
    } else if (topic.equals(Topics.DELETION_PROGRESSED.name())) {
      applier.deletionProgressed((DeletionProgressed) value);
    } else {
      applier.adapterVersion((AdapterVersion) value);
    }
  }

  private static Map<Integer, Long> of(Topic<?> topic, Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .filter(offset -> offset.getKey().topic().equals(topic.name()))
        .collect(
            Collectors.toUnmodifiableMap(
                offset -> offset.getKey().partition(), Map.Entry::getValue));
  }
}
