package io.lethe.cli.dev;

import io.lethe.schemas.sample.SampleRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a development stack runs with.
 *
 * @param modelId name of the recommender on the topics
 * @param recommender its folder
 * @param rule how its samples were made
 * @param servers how many recommendation servers, at least 1
 * @param threads native threads of the worker; servers take 1 each
 * @param readyTimeout for each service to become ready
 * @param ports asked for, by name; any other is chosen
 * @param overrides of services' settings, by service name; those of a module hold for each of its
 *     instances
 * @param shape which services run, and how many of each
 * @param kafka address of a broker that runs already; empty for one of the stack's own
 */
public record StackSettings(
    String modelId,
    Path recommender,
    SampleRule rule,
    int servers,
    int threads,
    Duration readyTimeout,
    Map<String, Integer> ports,
    Map<String, Map<String, String>> overrides,
    StackShape shape,
    Optional<String> kafka) {
  public static final String DEFAULT_MODEL_ID = "recommender";
  public static final int DEFAULT_SERVERS = 2;

  public StackSettings {
    ports = Map.copyOf(ports);
    overrides = Map.copyOf(overrides);
  }

  /** Every service once. */
  public StackSettings(
      String modelId,
      Path recommender,
      SampleRule rule,
      int servers,
      int threads,
      Duration readyTimeout,
      Map<String, Integer> ports,
      Map<String, Map<String, String>> overrides) {
    this(
        modelId,
        recommender,
        rule,
        servers,
        threads,
        readyTimeout,
        ports,
        overrides,
        StackShape.WHOLE,
        Optional.empty());
  }

  /** Overrides by which the worker and all servers compute on a device. */
  public static Map<String, Map<String, String>> onDevice(String device, int servers) {
    Map<String, Map<String, String>> overrides = new LinkedHashMap<>();
    Map<String, String> setting = Map.of("lethe.device", device);
    overrides.put("unlearning-worker", setting);
    for (int i = 1; i <= servers; i++) {
      overrides.put(ServiceTable.SERVER_PREFIX + i, setting);
    }
    return overrides;
  }
}
