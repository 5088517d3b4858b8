package io.lethe.accumulator.topology;

import io.lethe.schemas.event.ForgetSetClosed;

/** Learns of what happens, for metrics. */
@FunctionalInterface
public interface Observer {
  /** A forget set closed; under exactly-once processing this may be told again after a crash. */
  void forgetSetClosed(ForgetSetClosed closed);
}
