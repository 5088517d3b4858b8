package io.lethe.cli.versions;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Renders the versions of a model. */
final class VersionTable {
  private static final String ROW = "%-8s %-11s %-13s %-12s %9s  %-8s  %s%n";
  private static final int ID_CHARACTERS = 12;

  private VersionTable() {}

  /**
   * @param versions as the catalog answers it
   */
  static String render(JsonNode versions) {
    JsonNode minimum = versions.path("minimumWatermark");
    StringBuilder text = new StringBuilder();
    text.append(row("VERSION", "STATUS", "ADAPTER", "WATERMARK", "EXACT", "ROLLBACK", "LAST MOVE"));
    for (JsonNode version : versions.path("versions")) {
      boolean covers = version.path("watermark").path("digest").equals(minimum.path("digest"));
      boolean may = covers && version.path("status").asText().equals("superseded");
      text.append(
          row(
              version.path("version").asText(),
              version.path("status").asText(),
              version.hasNonNull("adapterId") ? brief(version.path("adapterId").asText()) : "none",
              version.path("watermark").path("size").asText(),
              version.path("exact").asBoolean() ? "yes" : "no",
              may ? "yes" : "no",
              move(version.path("move"))));
    }
    text.append(
        String.format(
            Locale.ROOT, "%nMinimum watermark: %d requests.", minimum.path("size").asLong()));
    standing(versions).forEach(line -> text.append('\n').append(line));
    return text.toString();
  }

  private static List<String> standing(JsonNode versions) {
    List<String> lines = new ArrayList<>();
    if (!versions.hasNonNull("currentVersion")) {
      lines.add(
          "No version is released: servers answer nobody until a candidate covers the minimum.");
    }
    JsonNode canary = versions.path("canary");
    if (canary.isObject()) {
      String share =
          canary.path("replicas").isEmpty()
              ? canary.path("percent").asText() + " % of the subjects"
              : "servers " + canary.path("replicas");
      lines.add(
          canary.hasNonNull("version")
              ? "Canary: version " + canary.path("version").asText() + " answers " + share + "."
              : "Canary: the next version first answers " + share + ".");
    }
    JsonNode pin = versions.path("pin");
    if (pin.isObject()) {
      lines.add("Pinned since " + pin.path("pinnedAt").asText() + ": " + pin.path("why").asText());
    }
    JsonNode override = versions.path("override");
    if (override.isObject()) {
      lines.add(
          "Override of "
              + override.path("rule").asText()
              + (override.hasNonNull("approvedBy") ? " in force until " : " may be approved until ")
              + override.path("expiresAt").asText()
              + ": "
              + override.path("why").asText());
    }
    return lines;
  }

  private static String move(JsonNode move) {
    return move.isObject()
        ? move.path("kind").asText().replace('_', ' ') + ": " + move.path("why").asText()
        : "";
  }

  private static String brief(String id) {
    return id.substring(0, Math.min(ID_CHARACTERS, id.length()));
  }

  private static String row(String... cells) {
    return String.format(Locale.ROOT, ROW, (Object[]) cells);
  }
}
