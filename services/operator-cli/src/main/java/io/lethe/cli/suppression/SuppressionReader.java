package io.lethe.cli.suppression;

import io.lethe.cli.CliException;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.kafka.KafkaSettings;
import io.lethe.schemas.kafka.TopicFollower;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;

/** Reads the suppression set from the topics of requests. */
public final class SuppressionReader {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private SuppressionReader() {}

  /**
   * What was asked to be erased by now.
   *
   * @param kafka further settings of Kafka's client, such as how it logs in
   * @param unreadableMax records that may be unreadable; an operator has looked at these
   * @throws CliException when more requests cannot be read: to go on without them would teach a
   *     model again what it forgot
   */
  public static SuppressionSet read(
      String bootstrapServers, String registryUrl, Map<String, Object> kafka, long unreadableMax) {
    Map<String, Object> settings = KafkaSettings.follower(bootstrapServers, registryUrl);
    settings.putAll(kafka);
    SuppressionSet set = new SuppressionSet();
    AtomicLong unreadable = new AtomicLong();
    CompletableFuture<Void> read = new CompletableFuture<>();
    try (TopicFollower<SpecificRecord> follower =
        TopicFollower.<SpecificRecord>builder()
            .topic(Topics.DELETION_REQUESTED)
            .topic(Topics.DELETION_PROGRESSED)
            .config(settings)
            .name("suppression")
            .onRecord(record -> apply(set, record.value()))
            .onPoison(
                poison -> {
                  if (poison.source().topic().equals(Topics.DELETION_REQUESTED.name())) {
                    unreadable.incrementAndGet();
                  }
                })
            .onCaughtUp(() -> read.complete(null))
            .onFailure(read::completeExceptionally)
            .build()) {
      follower.start();
      read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw unread("requests for erasure were not read to their end", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw unread("interrupted while requests for erasure were read", interrupted);
    }
    if (unreadable.get() > unreadableMax) {
      throw new CliException(
          unreadable.get()
              + " records of deletion.requested cannot be read, so nobody can tell which rows must"
              + " stay unlearned",
          "look at them with ./lethe redrive, send back what can be mended, and name with"
              + " --unreadable-requests-max how many are left that name nobody");
    }
    return set;
  }

  private static void apply(SuppressionSet set, SpecificRecord value) {
    if (value instanceof DeletionRequested request) {
      set.apply(request);
    } else if (value instanceof DeletionProgressed progress) {
      set.apply(progress);
    }
  }

  private static CliException unread(String what, Exception cause) {
    return new CliException(
        what + ", so nobody can tell which rows must stay unlearned",
        "check that broker and schema registry run and that this command may read"
            + " deletion.requested and deletion.progressed",
        cause);
  }
}
