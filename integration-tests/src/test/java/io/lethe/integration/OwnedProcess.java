package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** What a test does to a process that it started, or that its stack did. */
final class OwnedProcess {
  /** A large process takes seconds to be torn down on a busy machine. */
  private static final long EXIT_SECONDS = 60;

  private OwnedProcess() {}

  /** Ends it at once, as kill -9 does, and returns when it is gone. */
  static void kill(long pid) {
    ProcessHandle handle = handle(pid);
    assertThat(handle.destroyForcibly()).isTrue();
    handle.onExit().orTimeout(EXIT_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Makes it stand still in the middle of whatever it does. */
  static void pause(long pid) {
    signal("-STOP", pid);
  }

  /** Lets it go on as if nothing had been. */
  static void resume(long pid) {
    signal("-CONT", pid);
  }

  private static ProcessHandle handle(long pid) {
    assertThat(pid).as("process id").isPositive();
    return ProcessHandle.of(pid).orElseThrow();
  }

  private static void signal(String signal, long pid) {
    handle(pid);
    try {
      Process kill = new ProcessBuilder("kill", signal, String.valueOf(pid)).start();
      assertThat(kill.waitFor()).as("kill " + signal).isZero();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }
}
