package io.lethe.intake;

import io.lethe.intake.kafka.SubmissionLoops;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.intake.status.StatusFollower;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Live while the threads run and come round; ready once the table of requests is complete. */
@ApplicationScoped
public class IntakeHealth {
  private final StatusFollower follower;
  private final SubmissionLoops submissions;
  private final RequestStatusTable table;
  private final Duration stallTimeout;
  private final Clock clock;

  IntakeHealth(
      StatusFollower follower,
      SubmissionLoops submissions,
      RequestStatusTable table,
      IntakeConfig config,
      Clock clock) {
    this.follower = follower;
    this.submissions = submissions;
    this.table = table;
    this.stallTimeout = config.stallTimeout();
    this.clock = clock;
  }

  @Produces
  @Liveness
  HealthCheck threadsRun() {
    return () ->
        HealthCheckResponse.named("threads")
            .withData("statusFollowerRuns", follower.isRunning())
            .withData("kafkaDoorRuns", submissions.isRunning())
            .status(
                follower.isRunning()
                    && submissions.isRunning()
                    && isFresh(submissions.lastTurnAt()))
            .build();
  }

  /**
   * The HTTP door takes requests all the same, so nobody is turned away; but somebody must look.
   */
  @Produces
  @Wellness
  HealthCheck deadLettersWritten() {
    return () ->
        HealthCheckResponse.named("dead-letters")
            .withData("blockedPartitions", submissions.blockedPartitions())
            .withData("remedy", submissions.remedy().orElse("none"))
            .status(submissions.blockedPartitions() == 0)
            .build();
  }

  @Produces
  @Readiness
  HealthCheck requestsKnown() {
    return () ->
        HealthCheckResponse.named("requests")
            .withData("caughtUp", follower.isCaughtUp())
            .withData("brokerAnswers", isFresh(follower.lastPollAt()))
            .withData("remembered", table.size())
            .withData(
                "remedy",
                table.isFull()
                    ? "Wait until requests finish, or raise lethe.requests-max."
                    : "none")
            .status(follower.isCaughtUp() && isFresh(follower.lastPollAt()) && !table.isFull())
            .build();
  }

  private boolean isFresh(Instant at) {
    return Duration.between(at, clock.instant()).compareTo(stallTimeout) < 0;
  }
}
