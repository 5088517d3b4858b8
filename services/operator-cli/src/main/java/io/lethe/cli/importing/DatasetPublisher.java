package io.lethe.cli.importing;

import io.lethe.cli.CliException;
import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.Interaction;
import io.lethe.cli.data.Item;
import io.lethe.cli.data.Profile;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.CatalogItem;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Sends a data set's rows; account ids are replaced by pseudonyms before anything leaves. */
public final class DatasetPublisher {
  private static final String SOURCE = "operator-cli";

  private final Producer<String, SpecificRecord> producer;
  private final SubjectPseudonymizer pseudonymizer;
  private final Clock clock;
  private final Map<String, List<String>> subjectRefs = new HashMap<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /**
   * @param producer acks=all, string keys, Avro values; stays the caller's to close
   */
  public DatasetPublisher(
      Producer<String, SpecificRecord> producer, SubjectPseudonymizer pseudonymizer, Clock clock) {
    this.producer = producer;
    this.pseudonymizer = pseudonymizer;
    this.clock = clock;
  }

  /** How many records each topic got. */
  public record Counts(int items, int profiles, int interactions) {
    public int total() {
      return items + profiles + interactions;
    }
  }

  /**
   * Sends everything, and returns when the broker has acknowledged every record. Sending the same
   * data again replaces each record by its equal. What lies under a pseudonym of an earlier key is
   * tombstoned, since it lies under the current one from now on.
   *
   * @throws CliException when a record was not acknowledged
   */
  public Counts publish(Dataset dataset, ProgressDisplay progress) {
    try {
      for (Item item : dataset.items()) {
        send(Topics.CATALOG_ITEM, item.itemId(), record(item), progress);
      }
      for (Profile profile : dataset.profiles()) {
        SubjectProfile value = record(profile);
        send(Topics.PROFILE_SUBJECT, value.getSubjectRef(), value, progress);
        for (String earlier : earlierRefs(profile.accountId())) {
          send(Topics.PROFILE_SUBJECT, earlier, null, progress);
        }
      }
      for (Interaction interaction : dataset.interactions()) {
        InteractionRecorded value = record(interaction);
        String key = InteractionKey.of(value.getSubjectRef(), value.getItemId());
        send(Topics.INTERACTION_RECORDED, key, value, progress);
        for (String earlier : earlierRefs(interaction.accountId())) {
          String earlierKey = InteractionKey.of(earlier, value.getItemId());
          send(Topics.INTERACTION_RECORDED, earlierKey, null, progress);
        }
      }
      producer.flush();
    } catch (KafkaException refused) {
      failure.compareAndSet(null, refused);
    }
    Counts counts =
        new Counts(
            dataset.items().size(), dataset.profiles().size(), dataset.interactions().size());
    if (failure.get() != null) {
      throw new CliException(
          "the import stopped after "
              + acknowledged.get()
              + " of "
              + counts.total()
              + " records ("
              + failure.get().getMessage()
              + ")",
          "check that broker and schema registry run, and import again: what is there already is"
              + " only replaced",
          failure.get());
    }
    progress.stepTo(counts.total());
    return counts;
  }

  private void send(Topic<?> topic, String key, SpecificRecord value, ProgressDisplay progress) {
    if (failure.get() != null) {
      return;
    }
    ProducerRecord<String, SpecificRecord> record = new ProducerRecord<>(topic.name(), key, value);
    // The id follows from the content, so that a second import sends the same events again.
    UUID id =
        UUID.nameUUIDFromBytes(
            (topic.name() + '\n' + key + '\n' + value).getBytes(StandardCharsets.UTF_8));
    CloudEvents.stamp(record.headers(), topic.name(), SOURCE, id.toString(), clock.instant());
    producer.send(
        record,
        (metadata, error) -> {
          if (error == null && value == null) {
            // What moved from an earlier pseudonym is no row of the data set.
            return;
          }
          if (error == null) {
            progress.stepTo(acknowledged.incrementAndGet());
          } else {
            failure.compareAndSet(null, error);
          }
        });
  }

  private static CatalogItem record(Item item) {
    return CatalogItem.newBuilder()
        .setItemId(item.itemId())
        .setTitle(item.title())
        .setGenres(item.genres())
        .setYear(item.year())
        .build();
  }

  private SubjectProfile record(Profile profile) {
    return SubjectProfile.newBuilder()
        .setSubjectRef(subjectRef(profile.accountId()))
        .setGender(profile.gender())
        .setAgeBand(profile.ageBand())
        .setOccupation(profile.occupation())
        .build();
  }

  private InteractionRecorded record(Interaction interaction) {
    return InteractionRecorded.newBuilder()
        .setSubjectRef(subjectRef(interaction.accountId()))
        .setItemId(interaction.itemId())
        .setRating(interaction.rating())
        .setRecordedAt(interaction.recordedAt())
        .build();
  }

  private String subjectRef(String accountId) {
    return allRefs(accountId).get(0);
  }

  /** Pseudonyms of before the key was changed: what lies under them moves to the current one. */
  private List<String> earlierRefs(String accountId) {
    List<String> all = allRefs(accountId);
    return all.subList(1, all.size());
  }

  private List<String> allRefs(String accountId) {
    return subjectRefs.computeIfAbsent(accountId, pseudonymizer::subjectRefs);
  }
}
