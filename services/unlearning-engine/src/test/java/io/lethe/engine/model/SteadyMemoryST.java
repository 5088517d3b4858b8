package io.lethe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Recommender;
import io.lethe.engine.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is left behind in native memory. Measured in a process of its own, whose heap is of one
 * size and in memory from the start and whose compiler is the quick one, so that resident memory
 * grows by nothing but what is measured.
 */
class SteadyMemoryST {
  private static final int TIMES_A_ROUND = 50;
  private static final int WARM_UP_ROUNDS = 20;
  private static final int ROUNDS = 40;
  private static final double CHANGE_MAX = 0.01;

  @TempDir private Path directory;
  private Path base;

  @BeforeEach
  void requireResidentMemory() {
    assumeTrue(
        Files.isReadable(SteadyMemoryProgram.STATUS),
        "resident memory is read from /proc/self/status, which this system lacks");
    base = TinyModel.folder(directory);
  }

  @Test
  void shouldStayAsLargeThroughTwoThousandTrainingSteps() throws Exception {
    assertFlat(residentKibibytes("steps", base.toString()));
  }

  @Test
  void shouldStayAsLargeThroughTwoThousandAdapterLoads() throws Exception {
    AdapterStore store = new AdapterStore(directory.resolve("store"));
    String id;
    try (Recommender recommender = Recommender.load(base, EngineSettings.defaults())) {
      AdapterManifest manifest =
          new AdapterManifest(recommender.digest(), "f32", "fixture", null, null, 0, null);
      id = store.put(new Candidate(Reference.tinyAdapter(), manifest, null)).id();
    }
    Path adapter = directory.resolve("store").resolve(id);
    assertFlat(residentKibibytes("loads", base.toString(), adapter.toString()));
  }

  private static void assertFlat(List<Long> samples) {
    assertThat(samples).hasSize(WARM_UP_ROUNDS + ROUNDS);
    List<Long> measured = samples.subList(WARM_UP_ROUNDS - 1, samples.size());
    double first = measured.get(0);
    assertThat(measured)
        .as("KiB after each %d times", TIMES_A_ROUND)
        .allMatch(sample -> Math.abs(sample / first - 1) <= CHANGE_MAX);
  }

  private List<Long> residentKibibytes(String task, String... folders)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SteadyMemoryProgram.class.getName());
    command.add(task);
    command.add(String.valueOf(WARM_UP_ROUNDS + ROUNDS));
    command.add(String.valueOf(TIMES_A_ROUND));
    command.addAll(List.of(folders));
    Path output = directory.resolve("samples.txt");
    Path errors = directory.resolve("errors.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    return Files.readAllLines(output).stream().map(Long::valueOf).toList();
  }
}
