package io.lethe.cli.stream;

import io.lethe.schemas.Topics;
import io.lethe.schemas.event.CloseTrigger;
import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.seal.SampleSeals;
import io.lethe.schemas.serde.AvroDeserializer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** Reads every closed forget set as it becomes visible to committed readers. */
final class ForgetSetWatch implements AutoCloseable {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AvroDeserializer<ForgetSetClosed> values =
      new AvroDeserializer<>(ForgetSetClosed.class);
  private final Clock clock;
  private final Tally tally;
  private final Map<CloseTrigger, Integer> setsByTrigger = new EnumMap<>(CloseTrigger.class);
  private final List<Closing> latencyClosings = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "forget-set-watch");
  private long samples;
  private long lastSequence;
  private boolean inSequence = true;
  private volatile RuntimeException failure;

  /**
   * When a request of the latency phase was seen in its closed set.
   *
   * @param index of the request
   */
  record Closing(int index, CloseTrigger trigger, long visibleAtMillis) {}

  /**
   * What was seen up to a moment.
   *
   * @param inSequence whether the sets' numbers had neither gap nor repetition
   */
  record Seen(Map<CloseTrigger, Integer> setsByTrigger, long samples, boolean inSequence) {}

  ForgetSetWatch(
      Map<String, Object> consumerSettings,
      Map<String, Object> registrySettings,
      Tally tally,
      Clock clock) {
    consumer = new KafkaConsumer<>(consumerSettings);
    values.configure(registrySettings, false);
    this.tally = tally;
    this.clock = clock;
    thread.setDaemon(true);
    thread.start();
  }

  /** How many distinct requests are in closed sets; fails when reading has failed. */
  int distinct() {
    if (failure != null) {
      throw failure;
    }
    return tally.distinct();
  }

  synchronized Seen seen() {
    return new Seen(Map.copyOf(setsByTrigger), samples, inSequence);
  }

  synchronized List<Closing> latencyClosings() {
    return List.copyOf(latencyClosings);
  }

  private void run() {
    TopicPartition partition = new TopicPartition(Topics.FORGET_SET_CLOSED.name(), 0);
    try {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL_TIMEOUT)) {
          take(values.deserialize(record.topic(), record.value()), clock.millis());
        }
      }
    } catch (WakeupException closed) {
      return;
    } catch (RuntimeException broken) {
      failure = broken;
    }
  }

  private synchronized void take(ForgetSetClosed closed, long visibleAtMillis) {
    inSequence &= closed.getSequence() == lastSequence + 1;
    lastSequence = closed.getSequence();
    setsByTrigger.merge(closed.getTrigger(), 1, Integer::sum);
    samples += SampleSeals.count(closed);
    for (String requestId : closed.getRequestIds()) {
      Optional<Phase.Request> request = tally.count(requestId);
      if (request.isPresent() && request.get().phase() == Phase.LATENCY) {
        latencyClosings.add(
            new Closing(request.get().index(), closed.getTrigger(), visibleAtMillis));
      }
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    consumer.close();
    values.close();
  }
}
