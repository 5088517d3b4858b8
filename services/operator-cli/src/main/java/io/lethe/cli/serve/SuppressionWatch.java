package io.lethe.cli.serve;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.kafka.TopicFollower;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Times requests from the broker's word that it has them to every server's word that they are out
 * of its prompts and candidates.
 */
final class SuppressionWatch implements AutoCloseable {
  private record Accepted(int partition, long offset, long atNanos) {}

  private record Told(Map<String, Long> nextOffsets, long atNanos) {}

  private final List<Accepted> accepted = new ArrayList<>();
  private final Map<String, List<Told>> told = new HashMap<>();
  private final TopicFollower<AdapterServing> follower;
  private final int servers;

  SuppressionWatch(String bootstrapServers, String schemaRegistryUrl, int servers) {
    this.servers = servers;
    this.follower =
        TopicFollower.<AdapterServing>builder()
            .topic(Topics.ADAPTER_SERVING)
            .config(KafkaSettings.follower(bootstrapServers, schemaRegistryUrl))
            .onRecord(this::tell)
            .build()
            .start();
  }

  /** The broker has a request. */
  synchronized void accepted(int partition, long offset) {
    accepted.add(new Accepted(partition, offset, System.nanoTime()));
  }

  private synchronized void tell(FollowedRecord<AdapterServing> record) {
    if (record.value() != null) {
      told.computeIfAbsent(record.value().getReplicaId(), server -> new ArrayList<>())
          .add(new Told(Map.copyOf(record.value().getSuppressionOffsets()), System.nanoTime()));
    }
  }

  /** How many requests every server has suppressed. */
  synchronized int suppressed() {
    return (int) accepted.stream().filter(one -> lastServerAt(one) != null).count();
  }

  /** From acceptance to the last server's word, in milliseconds, ascending. */
  synchronized double[] millis() {
    return accepted.stream()
        .filter(one -> lastServerAt(one) != null)
        .mapToDouble(one -> Math.max(0, lastServerAt(one) - one.atNanos()) / 1e6)
        .sorted()
        .toArray();
  }

  /** When the last server told of it; null while one has not. */
  private Long lastServerAt(Accepted request) {
    if (told.size() < servers) {
      return null;
    }
    String partition = String.valueOf(request.partition());
    long last = Long.MIN_VALUE;
    for (List<Told> ofServer : told.values()) {
      // A server's offsets only grow, so that its first word that covers the request is found by
      // halving.
      int low = 0;
      int high = ofServer.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (ofServer.get(middle).nextOffsets().getOrDefault(partition, 0L) > request.offset()) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      if (low == ofServer.size()) {
        return null;
      }
      last = Math.max(last, ofServer.get(low).atNanos());
    }
    return last;
  }

  @Override
  public void close() {
    follower.close();
  }
}
