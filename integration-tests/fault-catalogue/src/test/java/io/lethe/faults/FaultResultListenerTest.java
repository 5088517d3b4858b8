package io.lethe.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class FaultResultListenerTest {
  private static final String RUNNING = "lethe.fault-result-listener-test";

  @TempDir private Path root;

  /** Run by the test below alone. */
  @EnabledIfSystemProperty(named = RUNNING, matches = "true", disabledReason = "run by a test")
  static class ExampleTest {
    @Test
    @FaultCase(
        fault = CatalogueFault.F6,
        level = FaultLevel.UNIT,
        does = "Nothing.",
        load = "none",
        oracle = "none")
    void shouldPass(TestReporter reporter) {
      reporter.publishEntry("resumed after s", "1.5");
    }

    @Test
    @FaultCase(
        fault = CatalogueFault.F7,
        level = FaultLevel.UNIT,
        does = "Nothing.",
        load = "none",
        oracle = "none")
    void shouldBeSkipped() {
      Assumptions.abort("there is no such machine");
    }

    @Test
    void shouldShowNoFault() {}
  }

  @Test
  void shouldKeepHowEachTestOfAFaultWentAndNothingOfOthers() {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(ExampleTest.class)).build();
    System.setProperty(RUNNING, "true");
    try {
      LauncherFactory.create()
          .execute(
              request,
              new FaultResultListener(
                  Clock.fixed(Instant.parse("2026-03-04T05:06:07Z"), ZoneOffset.UTC),
                  Optional.of(root)));
    } finally {
      System.clearProperty(RUNNING);
    }

    assertThat(FaultResult.read(root, "ExampleTest.shouldPass"))
        .contains(new FaultResult("2026-03-04", "passed", 0, Map.of("resumed after s", "1.5")));
    assertThat(FaultResult.read(root, "ExampleTest.shouldBeSkipped").orElseThrow().outcome())
        .isEqualTo("skipped: there is no such machine");
    assertThat(FaultResult.read(root, "ExampleTest.shouldShowNoFault")).isEmpty();
  }
}
