package io.lethe.catalog;

import io.lethe.catalog.follow.CandidateLoop;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Ready when this catalog leads; live while its loop comes round. */
class CatalogHealth {
  @Produces
  @Readiness
  @Singleton
  HealthCheck leading(CatalogService catalog) {
    return () ->
        HealthCheckResponse.named("release-loop")
            .status(catalog.loop().role() == CandidateLoop.Role.LEADER)
            .withData("role", catalog.loop().role().name())
            .withData("fault", catalog.loop().fault())
            .build();
  }

  @Produces
  @Liveness
  @Singleton
  HealthCheck turning(CatalogService catalog, CatalogSettings settings, Clock clock) {
    return () -> {
      Duration silence = Duration.between(catalog.loop().lastTurnAt(), clock.instant());
      return HealthCheckResponse.named("release-loop-turns")
          .status(
              catalog.loop().role() == CandidateLoop.Role.FAULTED
                  || silence.compareTo(settings.loopTimeout()) < 0)
          .withData("silenceMillis", silence.toMillis())
          .build();
    };
  }
}
