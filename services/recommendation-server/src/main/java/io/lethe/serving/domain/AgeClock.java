package io.lethe.serving.domain;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.LongSupplier;

/**
 * A clock to tell ages by. It is never set back, and goes on by whichever went further since it was
 * last asked: the wall clock, or the machine's count of nanoseconds. A wall clock that is set back
 * would make an old word new again, and the count may stand still while a machine is suspended.
 * What it calls now may therefore lie ahead of the wall clock; it is of no use to date anything.
 */
public final class AgeClock extends Clock {
  private final Clock wall;
  private final LongSupplier nanoTime;
  private Instant now;
  private Instant lastWall;
  private long lastNanos;

  /**
   * A clock that begins at the wall clock's time.
   *
   * @param nanoTime nanoseconds from some moment on, as {@link System#nanoTime} counts them
   */
  public AgeClock(Clock wall, LongSupplier nanoTime) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.lastNanos = nanoTime.getAsLong();
    this.lastWall = wall.instant();
    this.now = lastWall;
  }

  @Override
  public synchronized Instant instant() {
    long nanos = nanoTime.getAsLong();
    Instant wallNow = wall.instant();
    Duration counted = Duration.ofNanos(Math.max(0, nanos - lastNanos));
    Duration told = Duration.between(lastWall, wallNow);
    lastNanos = nanos;
    lastWall = wallNow;
    now = now.plus(told.compareTo(counted) > 0 ? told : counted);
    return now;
  }

  @Override
  public ZoneId getZone() {
    return wall.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new AgeClock(wall.withZone(zone), nanoTime);
  }
}
