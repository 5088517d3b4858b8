package io.lethe.cli.versions;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.schemas.access.Roles;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Why a version is moved, and how the catalog is asked to. */
final class MoveOption {
  @Option(
      names = "--why",
      required = true,
      paramLabel = "TEXT",
      description =
          "Why; kept with the version, together with a keyed pseudonym of whoever the token names."
              + " To name no person whose data is concerned.")
  private String why;

  @Mixin private CatalogOption catalog;

  /** Asks for the move and tells what was done. */
  int ask(Console console, Clock clock, String path, Map<String, ?> more) {
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("why", why);
    JsonNode done = catalog.post(path, body, clock, Roles.APPROVER);
    console.result(
        Json.MAPPER.convertValue(done, new TypeReference<LinkedHashMap<String, Object>>() {}),
        words(done));
    return ExitCode.OK;
  }

  private static String words(JsonNode done) {
    if (!done.path("changed").asBoolean()) {
      return "Nothing to do: it was done before.";
    }
    StringBuilder text = new StringBuilder("Done:");
    for (JsonNode record : done.path("records")) {
      text.append(" version ")
          .append(record.path("version").asText())
          .append(" is ")
          .append(record.path("status").asText())
          .append(',');
    }
    text.setCharAt(text.length() - 1, '.');
    return text.append(" See lethe versions list.").toString();
  }
}
