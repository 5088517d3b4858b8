package io.lethe.worker;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RetainSampled;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.schemas.kafka.TopicFollower;
import io.lethe.worker.assemble.RetainReservoir;
import io.lethe.worker.assemble.TitleIndex;
import io.lethe.worker.domain.DueDates;
import io.lethe.worker.domain.ParentTracker;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** The topics that this worker holds as tables. */
final class Followers implements AutoCloseable {
  private final TopicFollower<SpecificRecord> samples;
  private final TopicFollower<SpecificRecord> adapters;
  private final TopicFollower<DeletionProgressed> requests;

  Followers(
      Map<String, Object> config,
      String modelId,
      TitleIndex titles,
      RetainReservoir reservoir,
      ParentTracker parents,
      DueDates dueDates,
      WorkerMetrics metrics) {
    this.samples =
        TopicFollower.<SpecificRecord>builder()
            .topic(Topics.CATALOG_ITEM)
            .topic(Topics.RETAIN_SAMPLED)
            .config(config)
            .name("follow-samples")
            .onRecord(record -> applySample(record, titles, reservoir))
            .onCaughtUp(reservoir::caughtUp)
            .onPoison(poison -> metrics.followedPoison(poison.source().topic()))
            .build();
    this.adapters =
        TopicFollower.<SpecificRecord>builder()
            .topic(Topics.ADAPTER_VERSION)
            .topic(Topics.ADAPTER_TRAINED)
            .config(config)
            .name("follow-adapters")
            .onRecord(record -> applyAdapter(record, modelId, parents))
            .onCaughtUp(parents::caughtUp)
            .onPoison(poison -> metrics.followedPoison(poison.source().topic()))
            .build();
    this.requests =
        TopicFollower.<DeletionProgressed>builder()
            .topic(Topics.DELETION_PROGRESSED)
            .config(config)
            .name("follow-requests")
            .onRecord(record -> dueDates.apply(record.key(), record.value()))
            .onPoison(poison -> metrics.followedPoison(poison.source().topic()))
            .build();
  }

  void start() {
    samples.start();
    adapters.start();
    requests.start();
  }

  /** Deadlines only hasten the exact path, so nothing waits until they are read. */
  boolean isCaughtUp() {
    return samples.isCaughtUp() && adapters.isCaughtUp();
  }

  boolean isRunning() {
    return samples.isRunning() && adapters.isRunning() && requests.isRunning();
  }

  @Override
  public void close() {
    samples.close();
    adapters.close();
    requests.close();
  }

  private static void applySample(
      FollowedRecord<SpecificRecord> record, TitleIndex titles, RetainReservoir reservoir) {
    if (record.topic().equals(Topics.CATALOG_ITEM.name())) {
      titles.apply(record.key(), (CatalogItem) record.value());
    } else {
      reservoir.apply(record.key(), (RetainSampled) record.value());
    }
  }

  private static void applyAdapter(
      FollowedRecord<SpecificRecord> record, String modelId, ParentTracker parents) {
    if (!record.key().equals(modelId) || record.isTombstone()) {
      return;
    }
    if (record.value() instanceof AdapterVersion version) {
      parents.apply(version);
    } else if (record.value() instanceof AdapterTrained candidate) {
      parents.apply(candidate);
    }
  }
}
