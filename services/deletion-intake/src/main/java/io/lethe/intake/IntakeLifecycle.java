package io.lethe.intake;

import io.lethe.intake.kafka.SubmissionLoops;
import io.lethe.intake.status.StatusFollower;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Starts and stops the service's threads. */
@ApplicationScoped
public class IntakeLifecycle {
  private final StatusFollower follower;
  private final SubmissionLoops submissions;

  IntakeLifecycle(StatusFollower follower, SubmissionLoops submissions) {
    this.follower = follower;
    this.submissions = submissions;
  }

  void start(@Observes StartupEvent event) {
    follower.start();
    submissions.start();
  }

  void stop(@Observes ShutdownEvent event) {
    submissions.close();
    follower.stop();
  }
}
