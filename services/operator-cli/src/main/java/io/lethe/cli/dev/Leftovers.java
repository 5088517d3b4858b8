package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends children of an earlier stack on the same folder that was killed before it could stop them:
 * two of a kind would fight over the same state.
 */
final class Leftovers {
  private static final int STOP_SECONDS = 15;

  private final DataDirectory directory;
  private final Console console;

  Leftovers(DataDirectory directory, Console console) {
    this.directory = directory;
    this.console = console;
  }

  void end() {
    List<ProcessHandle> alive =
        DevState.find(directory).map(DevState::services).orElse(List.of()).stream()
            .flatMap(
                service ->
                    ProcessHandle.of(service.pid())
                        .filter(handle -> isSame(handle, service))
                        .stream())
            .toList();
    if (alive.isEmpty()) {
      return;
    }
    console.notice(
        "Ending "
            + alive.size()
            + " processes of an earlier run that was killed before it could stop them.");
    alive.forEach(ProcessHandle::destroy);
    for (ProcessHandle handle : alive) {
      await(handle);
    }
  }

  /** A process id may be taken by a stranger later; the time of its beginning tells. */
  private static boolean isSame(ProcessHandle handle, DevState.Service service) {
    return handle
        .info()
        .startInstant()
        .map(Instant::toEpochMilli)
        .filter(began -> began == service.startedAtMillis())
        .isPresent();
  }

  private static void await(ProcessHandle handle) {
    try {
      handle.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException stubborn) {
      handle.destroyForcibly();
    } catch (ExecutionException | InterruptedException failure) {
      throw new CliException(
          "process " + handle.pid() + " of an earlier run did not end", "end it by hand", failure);
    }
  }
}
