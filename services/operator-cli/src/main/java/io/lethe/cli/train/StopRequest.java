package io.lethe.cli.train;

import io.lethe.cli.CliException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a long computation between two steps when the process is asked to end. Native code that is
 * still computing while the process goes down crashes it.
 */
public final class StopRequest implements AutoCloseable {
  private static final int STEP_SECONDS_MAX = 60;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::await, "stop-between-steps");
  private volatile boolean asked;

  private StopRequest() {}

  /** Listens for the process's end until it is closed. */
  public static StopRequest listen() {
    StopRequest request = new StopRequest();
    Runtime.getRuntime().addShutdownHook(request.hook);
    return request;
  }

  /**
   * To be called between two steps.
   *
   * @throws CliException when the process is to end
   */
  public void check() {
    if (asked) {
      throw new CliException("stopped between two steps", "run the command again to start over");
    }
  }

  private void await() {
    asked = true;
    try {
      finished.await(STEP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finished.countDown();
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException ending) {
        // The process began to end at this very moment; the hook finds the computation finished.
        return;
      }
    }
  }
}
