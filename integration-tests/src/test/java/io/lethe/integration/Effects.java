package io.lethe.integration;

import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.event.SealedSamples;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.serde.AvroDeserializer;
import io.lethe.schemas.serde.AvroSerdeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows what becomes of requests, as any committed reader sees it, and counts each step of each
 * request. Reads on a thread of its own, through whatever happens to the broker.
 */
final class Effects implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long JOIN_MILLIS = 30_000;

  /** A forget set as it was closed. */
  record ClosedSet(
      String forgetSetId, long sequence, List<String> requestIds, Map<String, Integer> samples) {}

  /** A candidate or a released version, of a forget set. */
  record Outcome(String forgetSetId, List<String> requestIds) {}

  private final AvroDeserializer<SpecificRecord> values = new AvroDeserializer<>();
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private volatile boolean stopping;
  private RuntimeException failure;

  private final Set<String> accepted = new HashSet<>();
  private final List<ClosedSet> sets = new ArrayList<>();
  private final Map<String, Integer> closed = new HashMap<>();
  private final List<Outcome> candidates = new ArrayList<>();
  private final List<Outcome> refused = new ArrayList<>();
  private final Map<String, Integer> trained = new HashMap<>();
  private final List<Outcome> versions = new ArrayList<>();
  private final Map<String, Integer> released = new HashMap<>();
  private final Set<String> completed = new HashSet<>();
  private final Map<String, Long> deadLetters = new HashMap<>();

  Effects(String bootstrapServers, String registryUrl) {
    values.configure(Map.of(AvroSerdeConfig.SCHEMA_REGISTRY_URL, registryUrl), false);
    Map<String, Object> settings =
        KafkaSettings.bytesConsumer(bootstrapServers, "effects-" + UUID.randomUUID());
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Stream.concat(
                Stream.of(
                    Topics.DELETION_REQUESTED,
                    Topics.FORGET_SET_CLOSED,
                    Topics.ADAPTER_TRAINED,
                    Topics.ADAPTER_VERSION,
                    Topics.DELETION_PROGRESSED),
                Topics.events().stream()
                    .map(topic -> Topics.named(Topics.deadLetter(topic.name())).orElseThrow()))
            .flatMap(Effects::partitions)
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread = new Thread(this::follow, "effects");
    thread.setDaemon(true);
    thread.start();
  }

  /** Ids of requests in deletion.requested, however often. */
  synchronized Set<String> accepted() {
    return Set.copyOf(accepted);
  }

  synchronized int acceptedCount() {
    check();
    return accepted.size();
  }

  synchronized int closedCount() {
    check();
    return closed.size();
  }

  /** How many of these are in closed sets. */
  synchronized int closedOf(Collection<String> requestIds) {
    check();
    return (int) requestIds.stream().filter(closed::containsKey).count();
  }

  synchronized int trainedCount() {
    check();
    return trained.size();
  }

  synchronized int releasedCount() {
    check();
    return released.size();
  }

  synchronized int completedCount() {
    check();
    return completed.size();
  }

  synchronized List<ClosedSet> sets() {
    return List.copyOf(sets);
  }

  /** How often each request has its place in a closed set. */
  synchronized Map<String, Integer> closed() {
    return Map.copyOf(closed);
  }

  /** Accepted candidates of forget sets, exact ones left out. */
  synchronized List<Outcome> candidates() {
    return List.copyOf(candidates);
  }

  /** Candidates that a gate refused. */
  synchronized List<Outcome> refused() {
    return List.copyOf(refused);
  }

  /** How often each request is in an accepted candidate. */
  synchronized Map<String, Integer> trained() {
    return Map.copyOf(trained);
  }

  /** Released versions of forget sets, exact ones left out. */
  synchronized List<Outcome> versions() {
    return List.copyOf(versions);
  }

  /** How often each request is new in a released version. */
  synchronized Map<String, Integer> released() {
    return Map.copyOf(released);
  }

  /** Requests that the ledger calls completed. */
  synchronized Set<String> completed() {
    return Set.copyOf(completed);
  }

  /** Dead letters by source topic. */
  synchronized Map<String, Long> deadLetters() {
    return Map.copyOf(deadLetters);
  }

  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void check() {
    if (failure != null) {
      throw new IllegalStateException("the effects are no longer followed", failure);
    }
  }

  private void follow() {
    try (consumer;
        values) {
      while (!stopping) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
      }
    } catch (org.apache.kafka.common.errors.WakeupException stopped) {
      // Closed.
    } catch (RuntimeException unexpected) {
      synchronized (this) {
        failure = unexpected;
      }
    }
  }

  private synchronized void take(ConsumerRecord<byte[], byte[]> record) {
    if (Topics.isDeadLetter(record.topic())) {
      deadLetters.merge(Topics.sourceOf(record.topic()), 1L, Long::sum);
      return;
    }
    if (record.value() == null) {
      return;
    }
    SpecificRecord event;
    try {
      event = values.deserialize(record.topic(), record.value());
    } catch (SerializationException poison) {
      // A test wrote it; what becomes of it is seen in the dead letters.
      return;
    }
    if (event instanceof DeletionRequested request) {
      accepted.add(request.getRequestId());
    } else if (event instanceof ForgetSetClosed set) {
      take(set);
    } else if (event instanceof AdapterTrained candidate && !candidate.getExact()) {
      Outcome outcome =
          new Outcome(candidate.getForgetSetId(), List.copyOf(candidate.getRequestIds()));
      if (candidate.getAccepted()) {
        candidates.add(outcome);
        count(trained, outcome.requestIds());
      } else {
        refused.add(outcome);
      }
    } else if (event instanceof AdapterVersion version
        && version.getForgetSetId() != null
        && !version.getExact()) {
      versions.add(new Outcome(version.getForgetSetId(), List.copyOf(version.getNewRequestIds())));
      count(released, version.getNewRequestIds());
    } else if (event instanceof DeletionProgressed progress
        && progress.getStage() == RequestStage.COMPLETED) {
      completed.add(progress.getRequestId());
    }
  }

  private void take(ForgetSetClosed set) {
    Map<String, Integer> samples = new HashMap<>();
    for (SealedSamples sealed : set.getSealedSamples()) {
      samples.merge(sealed.getSubjectRef(), sealed.getSamples().size(), Integer::sum);
    }
    sets.add(
        new ClosedSet(
            set.getForgetSetId(), set.getSequence(), List.copyOf(set.getRequestIds()), samples));
    count(closed, set.getRequestIds());
  }

  private static void count(Map<String, Integer> counts, Collection<String> requestIds) {
    requestIds.forEach(requestId -> counts.merge(requestId, 1, Integer::sum));
  }

  private static Stream<TopicPartition> partitions(Topic<?> topic) {
    return java.util.stream.IntStream.range(0, topic.partitions())
        .mapToObj(partition -> new TopicPartition(topic.name(), partition));
  }
}
