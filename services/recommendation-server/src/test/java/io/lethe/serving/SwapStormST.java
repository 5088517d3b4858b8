package io.lethe.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Version after version under load. In a process of its own, whose heap is of one size and in
 * memory from the start, so that resident memory grows by nothing but what is measured.
 *
 * <p>The whole storm: {@code -Dlethe.swaps=1000}.
 */
class SwapStormST {
  private static final int SWAPS = Integer.getInteger("lethe.swaps", 100);
  private static final int CLIENTS = 64;
  private static final double CHANGE_MAX = 0.01;

  /** The share of the swaps that warms up what is measured. */
  private static final int WARM_UP_SAMPLES = SwapStormProgram.SAMPLES / 4;

  @TempDir private Path directory;

  @Test
  @FaultCase(
      fault = CatalogueFault.F13,
      level = FaultLevel.UNIT,
      does =
          "Switches to version after version of real adapters whose answers are all different,"
              + " each as soon as the one before answers; in a process of its own.",
      load = "1,000 swaps under 64 clients without pause where asked; in each build 100.",
      oracle =
          "Every answer is exactly that of the adapter in its header, none fails, none is of a"
              + " version that was replaced before it was asked.",
      limit = "resident memory within 1 %")
  void shouldAnswerExactlyAsTheAdapterNamedThroughEverySwap(TestReporter reporter)
      throws Exception {
    List<String> lines = storm();
    Map<String, Double> seen =
        lines.stream()
            .map(line -> line.split("="))
            .filter(line -> !line[0].equals("rss"))
            .collect(Collectors.toMap(line -> line[0], line -> Double.valueOf(line[1])));
    System.out.println("swap storm: " + lines);
    reporter.publishEntry("swaps", String.valueOf(SWAPS));
    reporter.publishEntry("answers", String.valueOf(seen.get("answers").longValue()));
    assertThat(seen.get("apart")).as("distance of adapters' answers").isGreaterThan(1e-3);
    assertThat(seen)
        .containsEntry("served", (double) SWAPS)
        .containsEntry("wrong", 0.0)
        .containsEntry("failed", 0.0)
        .containsEntry("onOldVersions", 0.0);
    assertThat(seen.get("answers")).isGreaterThanOrEqualTo(8.0 * SWAPS);
    assertFlat(lines, reporter);
  }

  private static void assertFlat(List<String> lines, TestReporter reporter) {
    List<Double> resident =
        lines.stream()
            .filter(line -> line.startsWith("rss="))
            .map(line -> Double.valueOf(line.substring(4)))
            .toList();
    assumeThat(resident)
        .as("resident memory is read from /proc/self/status, which this system lacks")
        .isNotEmpty();
    assertThat(resident).hasSizeGreaterThanOrEqualTo(SwapStormProgram.SAMPLES);
    List<Double> measured = resident.subList(WARM_UP_SAMPLES, resident.size());
    double change =
        measured.stream()
            .mapToDouble(sample -> Math.abs(sample / measured.get(0) - 1))
            .max()
            .orElseThrow();
    reporter.publishEntry(
        "resident memory changed by at most, %", String.format(Locale.ROOT, "%.2f", 100 * change));
    assertThat(change).as("KiB after each twentieth: %s", measured).isLessThanOrEqualTo(CHANGE_MAX);
  }

  private List<String> storm() throws Exception {
    Path recommender = TinyBase.folder(directory);
    Path store = Files.createDirectory(directory.resolve("store"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SwapStormProgram.class.getName());
    command.addAll(List.of(recommender.toString(), store.toString()));
    command.addAll(List.of(String.valueOf(SWAPS), String.valueOf(CLIENTS)));
    Path output = directory.resolve("output.txt");
    Path errors = directory.resolve("errors.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    return Files.readAllLines(output).stream().filter(line -> line.contains("=")).toList();
  }
}
