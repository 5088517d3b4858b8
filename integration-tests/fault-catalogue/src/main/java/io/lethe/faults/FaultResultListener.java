package io.lethe.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Keeps, with {@code -Dlethe.faults.results=true}, how each test with {@link FaultCase} went, in
 * docs/testing/fault-results. JUnit finds it wherever this module is on a test's class path.
 */
public final class FaultResultListener implements TestExecutionListener {
  private static final String SWITCH = "lethe.faults.results";
  private static final double MILLIS_PER_SECOND = 1000.0;

  private final Clock clock;
  private final Optional<Path> root;
  private final Map<String, Run> runs = new LinkedHashMap<>();

  /** A test method with what its invocations came to so far. */
  private static final class Run {
    private final Map<String, String> measured = new TreeMap<>();
    private String outcome = FaultResult.PASSED;
    private long millis;
    private long beganAtMillis;
  }

  public FaultResultListener() {
    this(
        Clock.systemUTC(),
        Boolean.getBoolean(SWITCH) ? Optional.of(repositoryRoot()) : Optional.empty());
  }

  /** Keeps results below this root; with none nothing is kept. */
  FaultResultListener(Clock clock, Optional<Path> root) {
    this.clock = clock;
    this.root = root;
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    run(test).ifPresent(run -> run.beganAtMillis = clock.millis());
  }

  @Override
  public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
    run(test).ifPresent(run -> run.measured.putAll(entry.getKeyValuePairs()));
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    finish(test, 0, "skipped: " + reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    run(test)
        .ifPresent(
            run ->
                finish(
                    test,
                    clock.millis() - run.beganAtMillis,
                    switch (result.getStatus()) {
                      case SUCCESSFUL -> FaultResult.PASSED;
                      case FAILED -> "failed";
                      case ABORTED ->
                          "skipped: "
                              + result
                                  .getThrowable()
                                  .map(Throwable::getMessage)
                                  .orElse("no reason given");
                    }));
  }

  private void finish(TestIdentifier test, long millis, String outcome) {
    run(test)
        .ifPresent(
            run -> {
              run.millis += millis;
              // One bad invocation is not made good by the next.
              if (run.outcome.equals(FaultResult.PASSED)) {
                run.outcome = outcome;
              }
              write(name(test).orElseThrow(), run);
            });
  }

  private void write(String name, Run run) {
    try {
      new FaultResult(
              LocalDate.now(clock).toString(),
              run.outcome,
              Math.round(run.millis / MILLIS_PER_SECOND * 10) / 10.0,
              run.measured)
          .write(root.orElseThrow(), name);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Empty where nothing is kept, and for what is no test of a fault. */
  private Optional<Run> run(TestIdentifier test) {
    return root.isEmpty() || !test.isTest()
        ? Optional.empty()
        : name(test).map(name -> runs.computeIfAbsent(name, none -> new Run()));
  }

  private static Optional<String> name(TestIdentifier test) {
    return test.getSource()
        .filter(MethodSource.class::isInstance)
        .map(MethodSource.class::cast)
        .filter(source -> source.getJavaMethod().getAnnotationsByType(FaultCase.class).length > 0)
        .map(source -> source.getJavaClass().getSimpleName() + "." + source.getMethodName());
  }

  private static Path repositoryRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve(FaultResult.FOLDER.getParent()))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException(
          "no docs/testing above " + Path.of("").toAbsolutePath() + "; run within the repository");
    }
    return folder;
  }
}
