package io.lethe.ledger;

import io.lethe.ledger.callback.CallbackLifecycle;
import io.lethe.ledger.callback.CallbackOffice;
import io.lethe.ledger.deadletter.DeadLetterFollowers;
import io.lethe.ledger.deadletter.DeadLetterTable;
import io.lethe.ledger.deadletter.PoisonKeeperLoop;
import io.lethe.ledger.follow.Ledger;
import io.lethe.ledger.follow.LedgerFollowers;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.schemas.kafka.BlockedPartitions;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Live while the followers run; ready once all have caught up and everything can be recorded. */
public class LedgerHealth {
  @Produces
  @Singleton
  @Liveness
  HealthCheck followersRun(
      LedgerFollowers followers, DeadLetterFollowers deadLetters, PoisonKeeperLoop keeper) {
    return () ->
        answer("followers", followers.failure().or(deadLetters::failure).or(keeper::failure))
            .build();
  }

  @Produces
  @Singleton
  @Readiness
  HealthCheck ledgerKept(
      Ledger ledger, LedgerFollowers followers, LedgerView view, LedgerConfig config, Clock clock) {
    return () ->
        answer("ledger", obstacle(ledger, followers, config.stallTimeout(), clock))
            .withData("caughtUp", followers.isCaughtUp())
            .withData("requests", view.size())
            .build();
  }

  /** Nobody is turned away because a dead letter waits, but somebody should look. */
  @Produces
  @Singleton
  @Wellness
  HealthCheck deadLettersCounted(
      DeadLetterTable table, DeadLetterFollowers followers, BlockedPartitions blocked) {
    return () ->
        answer(
                "dead-letters",
                followers.isCaughtUp()
                    ? blocked.remedy().or(table::fault)
                    : Optional.of("still reading the dead-letter topics"))
            .withData("blockedPartitions", blocked.size())
            .build();
  }

  /** The receipts are there, but a producer does not know. */
  @Produces
  @Singleton
  @Wellness
  HealthCheck producersTold(CallbackOffice callbacks) {
    return () -> {
      int dead = callbacks.count(CallbackLifecycle.State.DEAD);
      return answer(
              "callbacks",
              dead == 0
                  ? Optional.empty()
                  : Optional.of(
                      "callbacks were given up; /v1/callbacks tells why, and"
                          + " /v1/callbacks/{receiptId}/retry has one tried again"))
          .withData("pending", callbacks.count(CallbackLifecycle.State.PENDING))
          .withData("dead", dead)
          .build();
    };
  }

  private static Optional<String> obstacle(
      Ledger ledger, LedgerFollowers followers, Duration stallTimeout, Clock clock) {
    if (!followers.isCaughtUp()) {
      return Optional.of("still reading the topics");
    }
    if (Duration.between(followers.lastPollAt(), clock.instant()).compareTo(stallTimeout) >= 0) {
      return Optional.of("the broker does not answer; see kafka.bootstrap.servers");
    }
    return ledger.fault();
  }

  private static HealthCheckResponseBuilder answer(String name, Optional<String> obstacle) {
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named(name).status(obstacle.isEmpty());
    obstacle.ifPresent(text -> response.withData("obstacle", text));
    return response;
  }
}
