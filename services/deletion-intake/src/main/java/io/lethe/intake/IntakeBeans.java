package io.lethe.intake;

import io.lethe.intake.accept.CompanionRequests;
import io.lethe.intake.accept.RequestAcceptance;
import io.lethe.intake.domain.DatingRules;
import io.lethe.intake.domain.DeadlinePolicy;
import io.lethe.intake.domain.DeadlineRule;
import io.lethe.intake.http.SubmissionReader;
import io.lethe.intake.kafka.SubmissionDoor;
import io.lethe.intake.kafka.SubmissionLoop;
import io.lethe.intake.kafka.SubmittedRecords;
import io.lethe.intake.publish.DeletionPublisher;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.intake.status.StatusFollower;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.Regime;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Deserializer;

/** Puts the steps together. */
class IntakeBeans {

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
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
  SubmissionLoop submissionLoop(
      Consumer<byte[], byte[]> consumer,
      Deserializer<DeletionSubmitted> values,
      Producer<byte[], byte[]> deadLetters,
      RequestAcceptance acceptance,
      StatusFollower follower,
      IntakeMetrics metrics,
      IntakeConfig config,
      Clock clock) {
    SubmissionDoor door =
        new SubmissionDoor(
            consumer,
            new SubmittedRecords(values, config.itemsMax()),
            acceptance,
            deadLetters,
            metrics,
            config.publishTimeout(),
            clock);
    return new SubmissionLoop(consumer, door, follower::awaitCaughtUp, clock);
  }
}
