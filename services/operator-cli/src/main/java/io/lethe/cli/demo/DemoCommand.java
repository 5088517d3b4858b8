package io.lethe.cli.demo;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Logs;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.DatasetOptions;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.cli.dev.DevStack;
import io.lethe.cli.dev.Installation;
import io.lethe.cli.dev.Interruption;
import io.lethe.cli.dev.PseudonymKey;
import io.lethe.cli.train.DeviceOption;
import io.lethe.engine.EngineSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job from end to end, told as it happens. */
@Command(
    name = "demo",
    description = {
      "Tune a recommender, serve it, and make it forget four people, beside an exact retrain.",
      "Starts everything on free ports and stops it at the end."
    })
public final class DemoCommand implements Callable<Integer> {
  static final int SUBJECTS = 36;
  static final int ROWS = 1080;
  static final double TRAIN_SHARE = 0.6;

  private final Console console;
  private final Clock clock;

  @Mixin private DatasetOptions data;
  @Mixin private DeviceOption device;

  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      defaultValue = ".lethe/demo",
      description = "Folder of the demonstration (${DEFAULT-VALUE}); tuned recommenders are kept.")
  private Path folder;

  @Option(
      names = "--erase",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many people ask to be forgotten (${DEFAULT-VALUE}).")
  private int erase;

  public DemoCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (erase < 1) {
      throw new CliException("--erase is below 1", "give for example 4", ExitCode.USAGE, null);
    }
    EngineSettings engine =
        device.on(
            EngineSettings.defaults().withThreads(Runtime.getRuntime().availableProcessors()));
    data.defaultSlice(SUBJECTS, ROWS);
    Dataset dataset = data.dataset();
    DemoData demo = DemoData.prepare(dataset, TRAIN_SHARE, erase);
    Installation installation = Installation.current();
    // Topics of an earlier run hold its erased subjects, so each run begins with none.
    DataDirectory directory = new DataDirectory(folder).createAfresh();
    PseudonymKey.createForDemonstration(directory, data.seed());
    Logs.toFile(directory.logs().resolve("demo.log"));
    DevStack stack = new DevStack(installation, directory, console, clock);
    try (Interruption interruption = Interruption.install(stack, console, new CountDownLatch(1))) {
      DemoReport report =
          new DemoStory(console, clock, stack, directory, demo, engine, device).tell();
      console.result(report.json(), report.table());
      return report.completed() == report.requests() ? ExitCode.OK : ExitCode.FAILURE;
    } finally {
      stack.close();
    }
  }
}
