package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import io.lethe.cli.dev.ProcessLifecycle.Event;
import io.lethe.cli.dev.ProcessLifecycle.State;
import java.io.File;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** A child process that is started again when it dies, as long as its restart budget lasts. */
final class SupervisedProcess {
  private static final Duration READY_POLL = Duration.ofMillis(150);

  /** Leaves a Ctrl-C, which the terminal sends to the children too, time to reach us first. */
  private static final Duration RESTART_DELAY = Duration.ofMillis(500);

  private final ServiceSpec spec;
  private final BooleanSupplier readyProbe;
  private final RestartBudget budget;
  private final ProcessLifecycle lifecycle;
  private final CountDownLatch stopAsked = new CountDownLatch(1);
  private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
  private final Thread thread;
  private volatile Process process;

  /**
   * @param readyProbe asks once whether the service may be used; returns within seconds
   * @param listener told of every change, on the supervising thread
   */
  SupervisedProcess(
      ServiceSpec spec,
      BooleanSupplier readyProbe,
      Clock clock,
      ProcessLifecycle.Listener listener) {
    this.spec = spec;
    this.readyProbe = readyProbe;
    this.budget = new RestartBudget(clock);
    this.lifecycle = new ProcessLifecycle(listener);
    this.thread = new Thread(this::supervise, "supervisor-" + spec.name());
    thread.setDaemon(true);
  }

  ServiceSpec spec() {
    return spec;
  }

  State state() {
    return lifecycle.state();
  }

  /** Process id of the running process, or -1. */
  long pid() {
    Process current = process;
    return current != null && current.isAlive() ? current.pid() : -1;
  }

  void start() {
    thread.start();
  }

  /**
   * Waits until the service answered ready for the first time.
   *
   * @throws CliException when it gave up or the time is over; names the log
   */
  void awaitReady(Duration timeout) {
    try {
      firstReady.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new CliException(
          spec.name() + " was not ready within " + timeout.toSeconds() + " s",
          "see " + spec.log() + ", or allow more with --ready-timeout",
          late);
    } catch (ExecutionException failed) {
      throw (CliException) failed.getCause();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CliException("the start was interrupted", "run the command again", interrupted);
    }
  }

  /** Asks the process to end; returns at once. */
  void askToStop() {
    stopAsked.countDown();
    lifecycle.on(Event.STOP);
    Process current = process;
    if (current != null) {
      current.destroy();
    }
  }

  /** Waits for the end that was asked for, and enforces it when the time is over. */
  void awaitStopped(Duration timeout) {
    try {
      Process current = process;
      if (current != null && !current.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        current.destroyForcibly().waitFor();
      }
      thread.join(timeout.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void supervise() {
    try {
      while (lifecycle.on(Event.LAUNCH)) {
        process = launch();
        if (stopAsked.getCount() == 0) {
          // The stop was asked for while the process was being made.
          process.destroy();
        }
        awaitAnswer();
        process.waitFor();
        lifecycle.on(Event.DIED);
        if (lifecycle.state() == State.STOPPED
            || stopAsked.await(RESTART_DELAY.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        if (!budget.take()) {
          giveUp();
          return;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException cannotStart) {
      lifecycle.on(Event.DIED);
      lifecycle.on(Event.BUDGET_SPENT);
      firstReady.completeExceptionally(
          new CliException(
              spec.name() + " cannot be started (" + cannotStart.getMessage() + ")",
              "build it again with ./lethe or mvn package",
              cannotStart));
    }
  }

  private Process launch() throws IOException {
    ProcessBuilder builder = new ProcessBuilder(spec.command());
    builder.environment().putAll(spec.environment());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    return builder.start();
  }

  private void awaitAnswer() throws InterruptedException {
    while (process.isAlive() && stopAsked.getCount() > 0) {
      if (readyProbe.getAsBoolean()) {
        if (lifecycle.on(Event.ANSWERED)) {
          firstReady.complete(null);
        }
        return;
      }
      stopAsked.await(READY_POLL.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void giveUp() {
    lifecycle.on(Event.BUDGET_SPENT);
    firstReady.completeExceptionally(
        new CliException(
            spec.name()
                + " died "
                + (RestartBudget.RESTARTS_MAX + 1)
                + " times in "
                + RestartBudget.WINDOW.toSeconds()
                + " s and is not started again",
            "see " + spec.log()));
  }
}
