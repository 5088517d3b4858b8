package io.lethe.simulation.process;

import io.lethe.simulation.Fault;
import io.lethe.simulation.World;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A process: it takes turns while it is up, and loses its memory when it ends. */
public abstract class SimulatedProcess {
  /** Ends the process in the middle of its turn. */
  protected static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("simulated", null, false, false);
    }
  }

  /** A clock that is wrong by some amount. */
  private final class SkewedClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return world.now().plus(skew);
    }
  }

  protected final World world;
  protected final Clock clock = new SkewedClock();
  private final String name;
  private Duration skew = Duration.ZERO;
  private boolean up;
  private Instant pausedUntil = Instant.MIN;

  protected SimulatedProcess(World world, String name) {
    this.world = world;
    this.name = name;
  }

  public final String name() {
    return name;
  }

  public final boolean isUp() {
    return up;
  }

  /** Up and not standing still. */
  public final boolean isRunning() {
    return up && !world.now().isBefore(pausedUntil);
  }

  /** Starts with what is durable. */
  public final void start() {
    if (!up) {
      up = true;
      pausedUntil = Instant.MIN;
      world.tell(name, "starts");
      onStart();
    }
  }

  /** Ends without a word. */
  public final void crash() {
    if (up) {
      up = false;
      world.tell(name, "crashes");
      onEnd();
    }
  }

  /** Ends in order, as far as it still can. */
  public final void stop() {
    if (isRunning()) {
      onStop();
      crash();
    }
  }

  public final void pause(Duration duration) {
    pausedUntil = world.now().plus(duration);
    world.tell(name, "pauses " + duration);
  }

  public final void resume() {
    pausedUntil = Instant.MIN;
  }

  public final void skew(Duration by) {
    skew = by;
    world.tell(name, "clock is wrong by " + by);
  }

  /** One turn, where it is running. */
  public final void turn() {
    if (isRunning()) {
      try {
        onTurn();
      } catch (Crash crash) {
        crash();
      }
    }
  }

  /** A point at which the process may end although a transaction is open. */
  protected final void mayCrashInTransaction() {
    if (world.strikes(Fault.CRASH_IN_TRANSACTION, 0.02)) {
      throw new Crash();
    }
  }

  protected final void tell(String what) {
    world.tell(name, what);
  }

  /** Builds what is in memory. */
  protected abstract void onStart();

  /** Drops what is in memory. */
  protected abstract void onEnd();

  protected abstract void onTurn();

  /** What an orderly end does beforehand. */
  protected void onStop() {}
}
