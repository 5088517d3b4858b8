package io.lethe.intake;

import io.lethe.intake.accept.CompanionRequests;
import io.lethe.intake.accept.RequestAcceptance;
import io.lethe.intake.domain.DatingRules;
import io.lethe.intake.domain.DeadlinePolicy;
import io.lethe.intake.domain.DeadlineRule;
import io.lethe.intake.http.ProducerLimits;
import io.lethe.intake.http.SubmissionReader;
import io.lethe.intake.kafka.SubmissionDoor;
import io.lethe.intake.kafka.SubmissionLoop;
import io.lethe.intake.kafka.SubmissionLoops;
import io.lethe.intake.kafka.SubmittedRecords;
import io.lethe.intake.publish.DeletionPublisher;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.intake.status.StatusFollower;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.lethe.schemas.kafka.KafkaOptions;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Deserializer;
import org.eclipse.microprofile.config.Config;

/** Puts the steps together. */
class IntakeBeans {

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  KafkaOptions kafka(Config configuration) {
    return KafkaOptions.of(
        configuration.getPropertyNames(),
        name -> configuration.getOptionalValue(name, String.class));
  }

  @Produces
  @Singleton
  SubjectPseudonymizer pseudonymizer(IntakeConfig config) {
    return SubjectPseudonymizer.fromKeyFile(config.pseudonymKeyFile());
  }

  @Produces
  @Singleton
  RequestStatusTable statusTable(IntakeConfig config) {
    return new RequestStatusTable(config.requestsMax());
  }

  @Produces
  @Singleton
  RequestAcceptance acceptance(
      RequestStatusTable table, DeletionPublisher publisher, IntakeConfig config, Clock clock) {
    int throughKafka = config.submissionThreads() * config.submissionsPerPollMax();
    if (config.submissionThreads() < 1 || config.publicationsInFlightMax() < 2 * throughKafka) {
      throw new IllegalArgumentException(
          "lethe.submission-threads must be 1 or more, and lethe.publications-in-flight-max ("
              + config.publicationsInFlightMax()
              + ") at least twice its product with lethe.submissions-per-poll-max ("
              + throughKafka
              + "), or the Kafka door keeps the HTTP door out.");
    }
    return new RequestAcceptance(
        table,
        new DatingRules(policy(config.deadlines()), config.clockSkewTolerance()),
        publisher,
        config.publicationsInFlightMax(),
        clock);
  }

  @Produces
  @Singleton
  CompanionRequests companions(
      RequestAcceptance acceptance, RequestStatusTable table, SubjectPseudonymizer pseudonymizer) {
    return new CompanionRequests(acceptance, table, pseudonymizer.keyIds());
  }

  private static DeadlinePolicy policy(Map<Regime, IntakeConfig.DeadlineConfig> deadlines) {
    DeadlinePolicy policy = DeadlinePolicy.lawful();
    for (Map.Entry<Regime, IntakeConfig.DeadlineConfig> configured : deadlines.entrySet()) {
      DeadlineRule lawful = policy.rule(configured.getKey());
      IntakeConfig.DeadlineConfig own = configured.getValue();
      policy =
          policy.with(
              configured.getKey(),
              new DeadlineRule(
                  own.period().orElse(lawful.period()),
                  own.extension().orElse(lawful.extension()),
                  own.zone().orElse(lawful.zone()),
                  own.movesToWorkingDay(),
                  own.holidays().orElse(lawful.holidays())));
    }
    return policy;
  }

  @Produces
  @Singleton
  SubmissionReader submissionReader(SubjectPseudonymizer pseudonymizer, IntakeConfig config) {
    return new SubmissionReader(pseudonymizer, config.itemsMax(), config.bodyBytesMax());
  }

  @Produces
  @Singleton
  ProducerLimits producerLimits(IntakeConfig config, Clock clock) {
    IntakeConfig.ProducerLimit limit = config.producerLimit();
    return new ProducerLimits(limit.perSecond(), limit.burst(), limit.producersMax(), clock);
  }

  @Produces
  @Singleton
  SubmissionLoops submissionLoops(
      Instance<Consumer<byte[], byte[]>> consumers,
      Deserializer<DeletionSubmitted> values,
      Producer<byte[], byte[]> deadLetters,
      RequestAcceptance acceptance,
      StatusFollower follower,
      IntakeMetrics metrics,
      IntakeConfig config,
      Clock clock) {
    List<SubmissionLoop> loops = new ArrayList<>();
    for (int number = 1; number <= config.submissionThreads(); number++) {
      Consumer<byte[], byte[]> consumer = consumers.get();
      SubmissionDoor door =
          new SubmissionDoor(
              consumer,
              new SubmittedRecords(values, config.itemsMax()),
              acceptance,
              deadLetters,
              metrics,
              new BlockedPartitions(
                  config.deadLetterPauseMin(), config.deadLetterPauseMax(), clock),
              config.publishTimeout(),
              clock);
      loops.add(
          new SubmissionLoop(
              "intake-submissions-" + number, consumer, door, follower::awaitCaughtUp, clock));
    }
    SubmissionLoops all = new SubmissionLoops(loops);
    metrics.show(all);
    return all;
  }
}
