package io.lethe.catalog.follow;

import io.lethe.catalog.domain.Lineage;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.schemas.kafka.TopicFollower;
import java.time.Duration;
import java.util.Map;

/** Rebuilds the lineage of one model from adapter.version. */
public final class LineageReader {
  private final Map<String, Object> followerConfig;
  private final String modelId;
  private final Duration timeout;

  /**
   * A reader of one model's versions.
   *
   * @param timeout how long reading to the end may take
   */
  public LineageReader(Map<String, Object> followerConfig, String modelId, Duration timeout) {
    this.followerConfig = followerConfig;
    this.modelId = modelId;
    this.timeout = timeout;
  }

  /**
   * Applies everything that adapter.version holds right now. Call it only after earlier writers are
   * fenced, or one of them may add a version behind the reader's back.
   *
   * @throws IllegalStateException when the topic could not be read to its end in time, or holds
   *     what the lineage cannot take
   */
  public void readInto(Lineage lineage) throws InterruptedException {
    TopicFollower<AdapterVersion> follower =
        TopicFollower.<AdapterVersion>builder()
            .topic(Topics.ADAPTER_VERSION)
            .config(followerConfig)
            .name("lineage-reader")
            .onRecord(record -> apply(record, lineage))
            .onPoison(
                poison -> {
                  throw new IllegalStateException(
                      "adapter.version holds an unreadable record at offset "
                          + poison.source().offset()
                          + "; only the catalog may write to it: find the other writer and restore"
                          + " the topic",
                      poison.error());
                })
            .build();
    try (follower) {
      follower.start();
      if (!awaitEnd(follower)) {
        follower
            .failure()
            .ifPresent(
                failure -> {
                  throw new IllegalStateException(failure.getMessage(), failure);
                });
        throw new IllegalStateException(
            "adapter.version could not be read to its end within "
                + timeout
                + "; check the broker and the registry, or raise lethe.rebuild-timeout");
      }
    }
  }

  /** The follower's own wait does not end when the follower fails, so it is asked in slices. */
  private boolean awaitEnd(TopicFollower<AdapterVersion> follower) throws InterruptedException {
    Duration slice = Duration.ofMillis(200);
    long slices = Math.max(1, timeout.dividedBy(slice));
    for (long waited = 0; waited < slices; waited++) {
      if (follower.awaitCaughtUp(slice)) {
        return true;
      }
      if (follower.failure().isPresent()) {
        return false;
      }
    }
    return false;
  }

  private void apply(FollowedRecord<AdapterVersion> record, Lineage lineage) {
    if (record.key().equals(modelId) && !record.isTombstone()) {
      lineage.apply(record.value());
    }
  }
}
