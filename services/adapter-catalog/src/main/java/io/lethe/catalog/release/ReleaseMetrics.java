package io.lethe.catalog.release;

import io.lethe.catalog.domain.MoveRefusal;
import io.lethe.catalog.domain.RefusalReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts what the catalog decided. All its metric names are here. */
public final class ReleaseMetrics {
  private static final String RELEASED = "adapter.versions.released";
  private static final String REFUSED = "adapter.candidates.refused";
  private static final String MOVES = "adapter.version.moves";
  private static final String MOVES_REFUSED = "adapter.version.moves.refused";
  private static final String DUPLICATE = "adapter.candidates.duplicate";
  private static final String DEAD_LETTERS = "dlq.records";
  private static final String UNWRITABLE = "dlq.write.failures";

  private final MeterRegistry registry;

  public ReleaseMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void released() {
    registry.counter(RELEASED).increment();
  }

  void refused(RefusalReason reason) {
    Counter.builder(REFUSED)
        .tag("reason", reason.name().toLowerCase(Locale.ROOT))
        .register(registry)
        .increment();
  }

  /** A person, or the end of a trial, had a version moved. */
  void moved(String kind) {
    registry.counter(MOVES, "move", kind.toLowerCase(Locale.ROOT)).increment();
  }

  void moveRefused(MoveRefusal reason) {
    registry.counter(MOVES_REFUSED, "reason", reason.name().toLowerCase(Locale.ROOT)).increment();
  }

  void duplicate() {
    registry.counter(DUPLICATE).increment();
  }

  /** A dead-letter topic did not take a letter; the candidate's offset stays uncommitted. */
  void unwritable(String topic) {
    registry.counter(UNWRITABLE, "topic", topic).increment();
  }

  void deadLettered(String topic) {
    Counter.builder(DEAD_LETTERS).tag("topic", topic).register(registry).increment();
  }
}
