package io.lethe.cli;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a task is. Thread-safe; a closed display ignores further calls. */
public interface ProgressDisplay extends AutoCloseable {
  /** So many units are done in all. */
  void stepTo(long done);

  /** A few words beside the bar, for example a loss. */
  void note(String words);

  @Override
  void close();

  /** A moving bar, for terminals. */
  final class Bar implements ProgressDisplay {
    private static final int UPDATE_MILLIS = 200;
    private static final int WIDTH_MAX = 110;
    private final ProgressBar bar;

    Bar(String task, String unit, long total, PrintStream err) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setUnit(" " + unit, 1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH_MAX))
              .build();
    }

    @Override
    public void stepTo(long done) {
      bar.stepTo(done);
    }

    @Override
    public void note(String words) {
      bar.setExtraMessage(words);
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** A line each quarter, for logs and pipes. */
  final class Lines implements ProgressDisplay {
    private static final int PARTS = 4;
    private final String task;
    private final String unit;
    private final long total;
    private final Console console;
    private String words = "";
    private long partsShown;

    Lines(String task, String unit, long total, Console console) {
      this.task = task;
      this.unit = unit;
      this.total = Math.max(1, total);
      this.console = console;
    }

    @Override
    public synchronized void stepTo(long done) {
      long parts = done * PARTS / total;
      if (parts > partsShown) {
        partsShown = parts;
        console.notice(task + ": " + done + " of " + total + " " + unit + words);
      }
    }

    @Override
    public synchronized void note(String newWords) {
      words = newWords.isEmpty() ? "" : " (" + newWords + ")";
    }

    @Override
    public synchronized void close() {
      partsShown = PARTS;
    }
  }
}
