package io.lethe.worker;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the model is loaded and the tables are read; live while the training thread moves. */
class WorkerHealth {
  @Produces
  @Readiness
  @Singleton
  HealthCheck tables(Worker worker) {
    return () ->
        HealthCheckResponse.named("followed-topics")
            .status(worker.followers().isCaughtUp() && worker.followers().isRunning())
            .withData("caughtUp", worker.followers().isCaughtUp())
            .withData("running", worker.followers().isRunning())
            .build();
  }

  @Produces
  @Readiness
  @Singleton
  HealthCheck deadLettersWritten(Worker worker) {
    return () ->
        HealthCheckResponse.named("dead-letters")
            .status(worker.blocked().size() == 0)
            .withData("remedy", worker.blocked().remedy().orElse("none"))
            .build();
  }

  @Produces
  @Liveness
  @Singleton
  HealthCheck training(Worker worker, Outcomes outcomes, WorkerSettings settings) {
    return () -> {
      Duration silence = worker.training().silence();
      boolean broken = worker.training().isDead() || outcomes.isFenced();
      return HealthCheckResponse.named("training-thread")
          .status(!broken && silence.compareTo(settings.stuckAfter()) < 0)
          .withData("silenceMillis", silence.toMillis())
          .withData("fenced", outcomes.isFenced())
          .build();
    };
  }
}
