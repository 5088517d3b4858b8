package io.lethe.serving.http;

import io.lethe.serving.ServingReadiness;
import io.lethe.serving.domain.SlotLifecycle;
import io.lethe.serving.follow.EventFeed;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Health, as an orchestrator and an operator read it. */
@Singleton
public class HealthChecks {
  /** Alive while no event follower has stopped by itself, which only a restart mends. */
  @Produces
  @Singleton
  @Liveness
  HealthCheck followers(EventFeed feed) {
    return () ->
        feed.fault()
            .map(
                fault ->
                    HealthCheckResponse.named("event-followers")
                        .down()
                        .withData("fault", fault)
                        .build())
            .orElseGet(() -> HealthCheckResponse.up("event-followers"));
  }

  /** Ready when nothing stands in the way of an answer. */
  @Produces
  @Singleton
  @Readiness
  HealthCheck serving(
      ServingReadiness readiness,
      SlotLifecycle lifecycle,
      AdapterSlot slot,
      AdapterSwapper swapper) {
    return () -> {
      List<String> obstacles = readiness.obstacles();
      HealthCheckResponseBuilder response =
          HealthCheckResponse.named("serving")
              .status(obstacles.isEmpty())
              .withData("state", lifecycle.state().name())
              .withData("version", slot.serving().map(now -> now.version().version()).orElse(-1L));
      if (!obstacles.isEmpty()) {
        response.withData("obstacles", String.join("; ", obstacles));
      }
      swapper
          .refusal()
          .ifPresent(
              refusal ->
                  response
                      .withData("refusedVersion", refusal.version())
                      .withData("refusedBecause", refusal.reason())
                      .withData("refusedAttempts", refusal.attempts()));
      return response.build();
    };
  }
}
