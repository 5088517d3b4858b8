package io.lethe.accumulator.status;

import io.lethe.accumulator.poison.DeadLetterTrouble;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * Ready and started while Kafka Streams is RUNNING, its state restored, and dead letters are taken;
 * dead once it has given up.
 */
@ApplicationScoped
public class StreamsHealth {
  private final KafkaStreams streams;

  public StreamsHealth(KafkaStreams streams) {
    this.streams = streams;
  }

  @Produces
  @Readiness
  HealthCheck readiness() {
    return () -> answer("streams-running", streams.state() == KafkaStreams.State.RUNNING);
  }

  @Produces
  @Readiness
  HealthCheck deadLettersWritten() {
    return () -> {
      Optional<String> remedy = DeadLetterTrouble.ofTheProcess().remedy();
      return HealthCheckResponse.named("dead-letters")
          .status(remedy.isEmpty())
          .withData("remedy", remedy.orElse("none"))
          .build();
    };
  }

  @Produces
  @Startup
  HealthCheck started() {
    return () -> answer("streams-started", streams.state() == KafkaStreams.State.RUNNING);
  }

  @Produces
  @Liveness
  HealthCheck liveness() {
    return () ->
        answer(
            "streams-alive",
            switch (streams.state()) {
              case ERROR, PENDING_ERROR, NOT_RUNNING -> false;
              case CREATED, REBALANCING, RUNNING, PENDING_SHUTDOWN -> true;
            });
  }

  private HealthCheckResponse answer(String name, boolean up) {
    return HealthCheckResponse.named(name)
        .status(up)
        .withData("state", streams.state().name())
        .build();
  }
}
