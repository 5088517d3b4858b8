package io.lethe.cli.train;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the device, shared by all commands that compute. */
public final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = EngineSettings.CPU,
      description = "cpu, cuda, cuda:N or auto (${DEFAULT-VALUE}).")
  private String device = EngineSettings.CPU;

  public String name() {
    return device;
  }

  /** The settings with that device. */
  public EngineSettings on(EngineSettings settings) {
    try {
      return settings.withDevice(device);
    } catch (EngineException refused) {
      throw new CliException(
          "--device has " + device.length() + " characters that name no device",
          "give cpu, cuda, cuda:N for the GPU numbered N, or auto",
          ExitCode.USAGE,
          refused);
    }
  }

  /**
   * Recommenders tuned on that device: devices round differently, and a recommender is compared
   * with retrains of its own device alone.
   */
  public RecommenderCache cache(Path recommenders) {
    return new RecommenderCache(
        device.equals(EngineSettings.CPU)
            ? recommenders
            : recommenders.resolve(device.replace(':', '-')));
  }
}
