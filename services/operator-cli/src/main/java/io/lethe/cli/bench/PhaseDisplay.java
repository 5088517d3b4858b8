package io.lethe.cli.bench;

import io.lethe.cli.Console;
import io.lethe.cli.ProgressDisplay;
import io.lethe.cli.train.StopRequest;
import io.lethe.engine.Progress;
import io.lethe.engine.ProgressListener;
import java.util.Locale;

/** Shows each phase of a long step on a display of its own, and ends the step when asked to. */
public final class PhaseDisplay implements ProgressListener, AutoCloseable {
  private final Console console;
  private final String task;
  private final StopRequest stop = StopRequest.listen();
  private ProgressDisplay display;
  private String phase = "";

  public PhaseDisplay(Console console, String task) {
    this.console = console;
    this.task = task;
  }

  @Override
  public void onProgress(Progress progress) {
    stop.check();
    if (!progress.phase().equals(phase)) {
      closeDisplay();
      phase = progress.phase();
      display = console.progress(task + ", " + phase, "steps", Math.max(1, progress.totalSteps()));
    }
    if (Double.isFinite(progress.loss())) {
      display.note(String.format(Locale.ROOT, "loss %.3f", progress.loss()));
    }
    display.stepTo(progress.step());
  }

  private void closeDisplay() {
    if (display != null) {
      display.close();
    }
  }

  @Override
  public void close() {
    closeDisplay();
    stop.close();
  }
}
