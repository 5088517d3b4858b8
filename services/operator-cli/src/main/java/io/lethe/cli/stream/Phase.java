package io.lethe.cli.stream;

import java.util.Optional;
import java.util.UUID;

/** A part of the run that sends requests of its own; the ids tell whose they are. */
enum Phase {
  HTTP,
  LATENCY,
  KAFKA;

  private static final int PHASE_SHIFT = 56;
  private static final long INDEX_MASK = (1L << PHASE_SHIFT) - 1;
  private static final long MARK = 0x4c45_5448_4500_0000L;

  /** A request of the run. */
  record Request(Phase phase, int index) {}

  /** The id of the phase's request of that number: scattered over the key space as ids are. */
  String requestId(int index) {
    long low = ((long) (ordinal() + 1) << PHASE_SHIFT) | index;
    return new UUID(scatter(low), low).toString();
  }

  /** The request that an id stands for; empty for an id of nobody here. */
  static Optional<Request> of(String requestId) {
    UUID id = UUID.fromString(requestId);
    long low = id.getLeastSignificantBits();
    int phase = (int) (low >>> PHASE_SHIFT) - 1;
    long index = low & INDEX_MASK;
    return phase >= 0
            && phase < values().length
            && index <= Integer.MAX_VALUE
            && id.getMostSignificantBits() == scatter(low)
        ? Optional.of(new Request(values()[phase], (int) index))
        : Optional.empty();
  }

  /** The finalizer of splitmix64, a bijection. */
  private static long scatter(long value) {
    long mixed = value ^ MARK;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
