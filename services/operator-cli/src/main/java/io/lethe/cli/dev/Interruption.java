package io.lethe.cli.dev;

import io.lethe.cli.Console;
import java.util.concurrent.CountDownLatch;

/** Stops the stack in order when the process is asked to end, and lets it end only then. */
public final class Interruption implements AutoCloseable {
  private final Thread hook;

  private Interruption(Thread hook) {
    this.hook = hook;
  }

  /**
   * @param stopped released when all is stopped
   */
  public static Interruption install(DevStack stack, Console console, CountDownLatch stopped) {
    Thread hook =
        new Thread(
            () -> {
              console.notice("Stopping ...");
              stack.close();
              console.notice("Stopped.");
              stopped.countDown();
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Interruption(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // The hook is running: it is what ends the process.
      return;
    }
  }
}
