package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import io.lethe.cli.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Settings of single services, as the option {@code --set SERVICE:KEY=VALUE} takes them. */
public final class ServiceSettings {
  private ServiceSettings() {}

  /**
   * Settings by service.
   *
   * @param given value by {@code SERVICE:KEY}
   * @throws CliException when a key has no service before a colon
   */
  public static Map<String, Map<String, String>> parse(Map<String, String> given) {
    Map<String, Map<String, String>> byService = new LinkedHashMap<>();
    given.forEach(
        (name, value) -> {
          int colon = name.indexOf(':');
          if (colon < 1 || colon == name.length() - 1) {
            throw new CliException(
                "--set has no service before a colon",
                "write SERVICE:KEY=VALUE",
                ExitCode.USAGE,
                null);
          }
          byService
              .computeIfAbsent(name.substring(0, colon), service -> new LinkedHashMap<>())
              .put(name.substring(colon + 1), value);
        });
    return byService;
  }
}
