package io.lethe.accumulator.topology;

import io.lethe.accumulator.domain.OwedWork;
import io.lethe.schemas.event.ForgetSetClosed;

/** Learns of what happens, for metrics. */
@FunctionalInterface
public interface Observer {
  /** A forget set closed; under exactly-once processing this may be told again after a crash. */
  void forgetSetClosed(ForgetSetClosed closed);

  /** What is owed now, as far as this instance holds the model's forget sets. */
  default void owed(OwedWork work) {}
}
