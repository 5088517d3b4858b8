package io.lethe.cli.access;

import io.lethe.cli.CliException;
import io.lethe.cli.dev.DataDirectory;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** The option that gives a token, shared by every command that calls a service. */
public final class TokenOption {
  /** The name of the command line towards services. */
  public static final String NAME = "operator-cli";

  private static final Duration LIFETIME = Duration.ofMinutes(5);

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:LETHE_TOKEN}",
      description = {
        "Bearer token for the services; better given as LETHE_TOKEN, where no other user of the",
        "machine sees it (default: one signed with the development stack's own key)."
      })
  private String token;

  /** The tokens to send: the one given, or one signed anew for each request. */
  public Supplier<String> tokens(DataDirectory directory, Clock clock, String... roles) {
    if (token != null && !token.isBlank()) {
      return () -> token;
    }
    if (!Files.exists(directory.accessKeyFile())) {
      throw new CliException(
          "no token is given, and " + directory.root() + " holds no development stack's key",
          "set LETHE_TOKEN to one from your identity provider");
    }
    return signed(directory, clock, roles);
  }

  /** Tokens signed with the development stack's own key. */
  public static Supplier<String> signed(DataDirectory directory, Clock clock, String... roles) {
    AccessKey key = AccessKey.openOrCreate(directory);
    return () -> key.token(NAME, List.of(roles), clock.instant(), LIFETIME);
  }
}
