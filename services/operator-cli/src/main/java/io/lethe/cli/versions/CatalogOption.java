package io.lethe.cli.versions;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.JsonHttp;
import io.lethe.cli.access.TokenOption;
import io.lethe.cli.dev.DataDirectoryOption;
import io.lethe.cli.dev.DevState;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the catalog is, and as whom it is asked; shared by every command about versions. */
final class CatalogOption {
  @Option(
      names = "--catalog-url",
      paramLabel = "URL",
      description = "The adapter-catalog to ask (default: that of the development stack).")
  private String url;

  @Mixin private DataDirectoryOption dataDirectory;

  @Mixin private TokenOption token;

  JsonNode get(String path, Clock clock, String... roles) {
    return http(clock, roles).get(base() + path).body();
  }

  JsonNode post(String path, Map<String, ?> body, Clock clock, String... roles) {
    return http(clock, roles).post(base() + path, body).body();
  }

  private JsonHttp http(Clock clock, String... roles) {
    return new JsonHttp(token.tokens(dataDirectory.directory(), clock, roles));
  }

  private String base() {
    return url == null
        ? DevState.running(dataDirectory.directory()).url("adapter-catalog")
        : url.replaceFirst("/+$", "");
  }
}
