package io.lethe.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.cli.ExitCode;
import io.lethe.cli.RecordingConsole;
import io.lethe.cli.dev.StackSettings;
import io.lethe.engine.EngineSettings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DeviceOptionTest {
  private static DeviceOption parsed(String... arguments) {
    DeviceOption option = new DeviceOption();
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("device", CommandLine.Model.CommandSpec.forAnnotatedObject(option));
    new CommandLine(spec).parseArgs(arguments);
    return option;
  }

  @Test
  void shouldComputeOnTheProcessorWhenNothingIsAsked() {
    DeviceOption option = parsed();
    assertThat(option.on(EngineSettings.defaults())).isEqualTo(EngineSettings.defaults());
    assertThat(option.cache(Path.of("kept")).root()).isEqualTo(Path.of("kept"));
  }

  @ParameterizedTest
  @CsvSource({"cuda, cuda", "cuda:1, cuda-1", "auto, auto"})
  void shouldComputeAndKeepRecommendersByDevice(String device, String folder) {
    DeviceOption option = parsed("--device", device);
    assertThat(option.on(EngineSettings.defaults()).device()).isEqualTo(device);
    assertThat(option.cache(Path.of("kept")).root()).isEqualTo(Path.of("kept").resolve(folder));
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "demo", "bench"})
  void shouldRefuseAnotherNameBeforeAnythingIsMade(String command) {
    RecordingConsole console = new RecordingConsole();
    assertThat(console.run(command, "--device", "gpu")).isEqualTo(ExitCode.USAGE);
    assertThat(console.err())
        .isEqualTo(
            "lethe: --device has 3 characters that name no device; give cpu, cuda, cuda:N for the"
                + " GPU numbered N, or auto.");
  }

  @Test
  void shouldTellTheWorkerAndEveryServer() {
    Map<String, String> cuda = Map.of("lethe.device", "cuda");
    assertThat(StackSettings.onDevice("cuda", 2))
        .isEqualTo(
            Map.of(
                "unlearning-worker",
                cuda,
                "recommendation-server-1",
                cuda,
                "recommendation-server-2",
                cuda));
  }
}
