package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * The whole system on this machine, started once by {@code ./lethe start-dev} for all tests of the
 * run, with a small made-up data set and a recommender tuned on it. Each test takes subjects of its
 * own from it, so that none sees another's requests.
 */
final class DevelopmentStack {
  private static final String[] DATA = {"--subjects", "24", "--rows", "432", "--items", "120"};
  private static DevelopmentStack running;
  private static int subjectsTaken;

  private final Path folder;
  private final Path log;
  private final Process process;
  private final StackState stack;
  private String token;

  private DevelopmentStack(Path folder, Path log, Process process) {
    this.folder = folder;
    this.log = log;
    this.process = process;
    this.stack = new StackState(folder);
  }

  /** The running stack; starts it on first use and stops it when the test run ends. */
  static synchronized DevelopmentStack get() {
    if (running == null) {
      running = start();
      Runtime.getRuntime().addShutdownHook(new Thread(running::stop, "stop-stack"));
    }
    return running;
  }

  /** An account of the data set that no other test has taken. */
  static synchronized String takeSubject() {
    // The generator names its accounts so; one that did not exist would fail every assertion about
    // samples.
    return String.format(Locale.ROOT, "account-%04d", ++subjectsTaken);
  }

  private static DevelopmentStack start() {
    try {
      Path target = Path.of("target").toAbsolutePath();
      Path folder = Files.createTempDirectory(target, "stack-");
      Path log = target.resolve("lethe-" + folder.getFileName() + ".log");
      LetheCommand.Result trained =
          LetheCommand.run(
              log, with(DATA, "train", "--epochs", "3", "--data-dir", folder.toString()));
      assertThat(trained.exitCode()).as("lethe train; see " + log).isZero();
      Process process =
          LetheCommand.start(
              log,
              "start-dev",
              "--data-dir",
              folder.toString(),
              "--output",
              "json",
              // These tests are about what happens to requests; how well a model forgets is
              // measured elsewhere, on more rows than a test has time for.
              "--set",
              "unlearning-worker:lethe.unlearning.steps-max=300",
              "--set",
              "unlearning-worker:lethe.unlearning.learning-rate=2e-5",
              "--set",
              "unlearning-worker:lethe.unlearning.evaluate-every=100",
              // Influence would be done before anybody could kill the worker in the middle.
              "--set",
              "unlearning-worker:lethe.methods=e2urec",
              "--set",
              "unlearning-worker:lethe.unlearning.residual-max=100",
              "--set",
              "unlearning-worker:lethe.unlearning.utility-drop-max=1",
              "--set",
              "unlearning-worker:lethe.exact-after=PT3S",
              // A topic compacts what was erased once another record came; tests do not wait hours.
              "--set",
              "forget-set-accumulator:lethe.sweep-interval=PT2S",
              // A search for words finds none in compressed records.
              "--set",
              "deletion-intake:lethe.publish-compression=none");
      DevelopmentStack stack = new DevelopmentStack(folder, log, process);
      LetheCommand.firstLine(process, log);
      LetheCommand.Result imported =
          LetheCommand.run(log, with(DATA, "import", "--data-dir", folder.toString()));
      assertThat(imported.exitCode()).as("lethe import; see " + log).isZero();
      return stack;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String[] with(String[] data, String... first) {
    String[] all = java.util.Arrays.copyOf(first, first.length + data.length);
    System.arraycopy(data, 0, all, first.length, data.length);
    return all;
  }

  Path folder() {
    return folder;
  }

  Path log() {
    return log;
  }

  /** What runs now, read anew from the file that other commands read, too. */
  JsonNode state() {
    return stack.json();
  }

  String bootstrapServers() {
    return stack.bootstrapServers();
  }

  String registryUrl() {
    return stack.registryUrl();
  }

  Service service(String name) {
    return new Service(stack.url(name), token());
  }

  List<Service> servers() {
    return StreamSupport.stream(state().required("services").spliterator(), false)
        .filter(one -> one.required("name").asText().startsWith("recommendation-server"))
        .map(one -> new Service(one.required("url").asText(), token()))
        .toList();
  }

  /** A token that may do what these tests do, valid for as long as they may take. */
  synchronized String token() {
    if (token == null) {
      token = token("operator-cli", "erasure-producer", "erasure-auditor", "erasure-operator");
    }
    return token;
  }

  /** A token with these roles. */
  String token(String name, String... roles) {
    return LetheCommand.token(log, folder, name, roles);
  }

  /** Ends a service at once, as kill -9 does; returns the process id that it had. */
  long kill(String name) {
    return stack.kill(name);
  }

  long pid(String name) {
    return stack.pid(name);
  }

  private void stop() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
