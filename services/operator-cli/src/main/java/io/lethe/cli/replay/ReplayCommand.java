package io.lethe.cli.replay;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.bench.CandidateManifest;
import io.lethe.cli.bench.Tunings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a candidate again. */
@Command(
    name = "replay",
    description = {
      "Make a candidate of the bench again from its manifest, and tell whether the same bytes come",
      "out, or where the two part. Ends with 0 where they are the same and with 1 where not."
    })
public final class ReplayCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "MANIFEST", description = "A file of the bench's manifests folder.")
  private Path file;

  public ReplayCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CandidateManifest manifest = Replay.read(file);
    Path workFolder = workFolder();
    try {
      Path folder = file.toAbsolutePath().normalize().getParent();
      ReplayResult result = new Replay(console, manifest, folder, workFolder).run();
      console.result(result.json(), result.text());
      return result.same() ? ExitCode.OK : ExitCode.FAILURE;
    } finally {
      Tunings.remove(workFolder);
    }
  }

  private static Path workFolder() {
    try {
      return Files.createTempDirectory("lethe-replay-");
    } catch (IOException failure) {
      throw new CliException(
          "no temporary folder can be made (" + failure.getMessage() + ")",
          "free some disk space",
          failure);
    }
  }
}
