package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script says where it cannot do its work, with nothing on PATH but what it is given. */
class GpuScriptTest {
  private static final Path SCRIPT = Path.of("src/bench/gpu.sh").toAbsolutePath();

  @TempDir private Path folder;
  private Path bin;
  private Path results;

  @BeforeEach
  void makeSearchPath() throws IOException {
    bin = Files.createDirectories(folder.resolve("bin"));
    results = folder.resolve("results");
    Files.createSymbolicLink(bin.resolve("dirname"), Path.of("/usr/bin/dirname"));
  }

  @Test
  void shouldSayThatThereIsNoDriver() throws Exception {
    shouldStop("nvidia-smi is missing; run it where an NVIDIA GPU and its driver are.");
  }

  @Test
  void shouldSayThatTheDriverShowsNoGpu() throws Exception {
    tool("nvidia-smi", "exit 9");
    shouldStop("nvidia-smi shows none; run it where an NVIDIA GPU and its driver are.");
  }

  @Test
  void shouldSayThatMavenIsMissing() throws Exception {
    tool("nvidia-smi", "echo 'A GPU, 570.1, 80000 MiB'");
    shouldStop("mvn is not on PATH");
  }

  @Test
  void shouldAskForAFolder() throws Exception {
    assertThat(run(List.of()))
        .containsExactly(
            "gpu.sh: no folder for the results is named; give one, for example: gpu.sh gpu-results");
  }

  private void shouldStop(String reason) throws Exception {
    assertThat(run(List.of(results.toString())))
        .singleElement()
        .asString()
        .startsWith("gpu.sh: ")
        .contains(reason);
    assertThat(results).doesNotExist();
  }

  private void tool(String name, String line) throws IOException {
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Lines of a run that ends with 1 and prints nothing else. */
  private List<String> run(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/usr/bin/bash", SCRIPT.toString()));
    command.addAll(arguments);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("PATH", bin.toString());
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(out).isEmptyFile();
    return Files.readAllLines(err);
  }
}
