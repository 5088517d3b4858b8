package io.lethe.cli;

import io.lethe.cli.access.AclsCommand;
import io.lethe.cli.access.TokenCommand;
import io.lethe.cli.bench.BenchCommand;
import io.lethe.cli.bench.SmallRequestsCommand;
import io.lethe.cli.bench.SpeedCommand;
import io.lethe.cli.demo.DemoCommand;
import io.lethe.cli.dev.StartDevCommand;
import io.lethe.cli.importing.ImportCommand;
import io.lethe.cli.receipt.VerifyCommand;
import io.lethe.cli.redrive.RedriveCommand;
import io.lethe.cli.replay.ReplayCommand;
import io.lethe.cli.request.ExportCommand;
import io.lethe.cli.request.ExtendCommand;
import io.lethe.cli.request.StatusCommand;
import io.lethe.cli.request.SubmitCommand;
import io.lethe.cli.serve.ServeCommand;
import io.lethe.cli.stream.StreamCommand;
import io.lethe.cli.train.TrainCommand;
import io.lethe.cli.versions.VersionsCommand;
import io.lethe.engine.EngineException;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The root of the command line. */
@Command(
    name = "lethe",
    description = "Deletion events in, a served recommender that forgets out, with proof.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 not understood, 3 refused by a gate.",
      "Run lethe COMMAND --help for the options of a command."
    })
public final class LetheCommand implements Runnable {
  private final Console console;
  private boolean stackTrace;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private LetheCommand(Console console) {
    this.console = console;
  }

  /**
   * Runs one command line.
   *
   * @return an {@link ExitCode}
   */
  public static int run(Console console, Clock clock, String... arguments) {
    Logs.discard();
    return commandLine(console, clock).execute(arguments);
  }

  static CommandLine commandLine(Console console, Clock clock) {
    LetheCommand root = new LetheCommand(console);
    CommandLine commandLine =
        new CommandLine(root)
            .addSubcommand(new DemoCommand(console, clock))
            .addSubcommand(new StartDevCommand(console, clock))
            .addSubcommand(new ImportCommand(console, clock))
            .addSubcommand(new TrainCommand(console, clock))
            .addSubcommand(new SubmitCommand(console, clock))
            .addSubcommand(new StatusCommand(console, clock))
            .addSubcommand(new ExtendCommand(console, clock))
            .addSubcommand(new ExportCommand(console, clock))
            .addSubcommand(new VerifyCommand(console))
            .addSubcommand(new TokenCommand(console, clock))
            .addSubcommand(new AclsCommand(console))
            .addSubcommand(new RedriveCommand(console, clock))
            .addSubcommand(VersionsCommand.of(console, clock))
            .addSubcommand(
                new CommandLine(new BenchCommand(console, clock))
                    .addSubcommand(new SpeedCommand(console))
                    .addSubcommand(new SmallRequestsCommand(console, clock))
                    .addSubcommand(new StreamCommand(console, clock))
                    .addSubcommand(new ServeCommand(console, clock)))
            .addSubcommand(new ReplayCommand(console));
    commandLine.setOut(new java.io.PrintWriter(console.help(), true));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler((failure, command, parsed) -> root.explain(failure));
    commandLine.setParameterExceptionHandler((misuse, arguments) -> root.explainMisuse(misuse));
    return commandLine;
  }

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      description = "text for people or json for programs: one object on one line.")
  void output(OutputFormat format) {
    console.useFormat(format);
  }

  @Option(
      names = "--stack-trace",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error arose.")
  void stackTrace(boolean show) {
    stackTrace = show;
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private int explain(Exception failure) {
    if (stackTrace) {
      console.notice(stackTraceOf(failure));
    }
    if (failure instanceof CliException known) {
      console.notice("lethe: " + known.getMessage());
      return known.exitCode();
    }
    if (failure instanceof EngineException refused) {
      console.notice("lethe: " + refused.getMessage());
      return ExitCode.FAILURE;
    }
    console.notice(
        "lethe: an error in Lethe itself ("
            + failure.getClass().getSimpleName()
            + ": "
            + failure.getMessage()
            + "); run again with --stack-trace and report it.");
    return ExitCode.FAILURE;
  }

  private int explainMisuse(ParameterException misuse) {
    console.notice(
        "lethe: "
            + misuse.getMessage()
            + "; see "
            + misuse.getCommandLine().getCommandSpec().qualifiedName()
            + " --help.");
    return ExitCode.USAGE;
  }

  private static String stackTraceOf(Exception failure) {
    java.io.StringWriter text = new java.io.StringWriter();
    failure.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }
}
