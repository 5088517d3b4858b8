package io.lethe.cli.access;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.dev.DataDirectoryOption;
import io.lethe.schemas.access.Roles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Signs a token for a development stack. */
@Command(
    name = "token",
    description = {
      "Print a bearer token for a development stack, signed with the key in its data directory.",
      "In production tokens come from the identity provider.",
      "",
      "  curl -H \"Authorization: Bearer $(./lethe token --role erasure-auditor)\" URL"
    })
public final class TokenCommand implements Callable<Integer> {
  private static final Duration LIFETIME_MAX = Duration.ofHours(12);

  private final Console console;
  private final Clock clock;

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description = "erasure-producer, erasure-auditor, erasure-operator or release-approver.")
  private List<String> roles;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = TokenOption.NAME,
      description = "Name of the caller, and source of its requests (${DEFAULT-VALUE}).")
  private String name;

  @Option(
      names = "--valid-for",
      paramLabel = "DURATION",
      defaultValue = "PT15M",
      description = "For how long, for example PT15M or PT8H; 12 hours at most (${DEFAULT-VALUE}).")
  private Duration lifetime;

  @Mixin private DataDirectoryOption dataDirectory;

  public TokenCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    for (String role : roles) {
      if (!Roles.ALL.contains(role)) {
        throw misused("--role names no role", "give one of " + String.join(", ", Roles.ALL));
      }
    }
    if (lifetime.isNegative() || lifetime.isZero() || lifetime.compareTo(LIFETIME_MAX) > 0) {
      throw misused("--valid-for is not within 12 hours", "give for example PT15M");
    }
    Instant now = clock.instant();
    String token =
        AccessKey.openOrCreate(dataDirectory.directory()).token(name, roles, now, lifetime);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("token", token);
    result.put("expiresAt", now.plus(lifetime).toString());
    console.result(result, token);
    return ExitCode.OK;
  }

  private static CliException misused(String what, String remedy) {
    return new CliException(what, remedy, ExitCode.USAGE, null);
  }
}
