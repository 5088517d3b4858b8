package io.lethe.cli.stream;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** How often each request of the run was seen. */
final class Tally {
  private final Map<Phase, byte[]> times = new EnumMap<>(Phase.class);
  private int distinct;
  private int repeated;
  private int strange;

  Tally(StreamSettings settings) {
    times.put(Phase.HTTP, new byte[settings.httpRequests()]);
    times.put(Phase.LATENCY, new byte[settings.latencyRequests()]);
    times.put(Phase.KAFKA, new byte[settings.kafkaRequests()]);
  }

  /** Takes note of a request; empty when the id is none of the run's. */
  synchronized Optional<Phase.Request> count(String requestId) {
    Optional<Phase.Request> request = Phase.of(requestId).filter(this::isOfTheRun);
    if (request.isEmpty()) {
      strange++;
      return request;
    }
    byte[] seen = times.get(request.get().phase());
    if (seen[request.get().index()]++ == 0) {
      distinct++;
    } else {
      repeated++;
    }
    return request;
  }

  /** Requests seen at least once. */
  synchronized int distinct() {
    return distinct;
  }

  /** Sightings beyond each request's first. */
  synchronized int repeated() {
    return repeated;
  }

  /** Sightings of ids that nobody sent. */
  synchronized int strange() {
    return strange;
  }

  private boolean isOfTheRun(Phase.Request request) {
    return request.index() < times.get(request.phase()).length;
  }
}
