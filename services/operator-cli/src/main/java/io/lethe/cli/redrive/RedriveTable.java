package io.lethe.cli.redrive;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Renders what a redrive did, or would do. */
final class RedriveTable {
  private static final String ROW = "%-8s %-34s %-30s %8s %8s  %s%n";
  private static final int REASON_CHARACTERS_MAX = 100;

  private RedriveTable() {}

  /**
   * @param report as the ledger answers it
   */
  static String render(JsonNode report) {
    boolean dryRun = report.path("dryRun").asBoolean();
    if (report.path("letters").isEmpty()) {
      return "No dead letters match.";
    }
    StringBuilder text = new StringBuilder();
    text.append(row("ACTION", "DEAD LETTER", "BACK TO", "ATTEMPTS", "REDRIVES", "REASON"));
    for (JsonNode letter : report.path("letters")) {
      text.append(
          row(
              letter.path("action").asText().toLowerCase(Locale.ROOT),
              letter.path("id").asText(),
              letter.path("target").asText(),
              letter.path("attempts").asText(),
              letter.path("redrives").asText(),
              letter.hasNonNull("because")
                  ? letter.path("because").asText()
                  : brief(letter.path("reason").asText())));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%n%s %d, skipped %d, refused %d, failed %d.",
            dryRun ? "Would send back" : "Sent back",
            report.path("redriven").asLong(),
            report.path("skipped").asLong(),
            report.path("refused").asLong(),
            report.path("failed").asLong()));
    if (report.path("more").asBoolean()) {
      text.append(" More match: raise --limit, or run it again.");
    }
    if (dryRun) {
      text.append(" This was a dry run; add --execute --why TEXT to do it.");
    } else {
      text.append(" Redrive ").append(report.path("redriveId").asText()).append('.');
    }
    return text.toString();
  }

  private static String row(String... cells) {
    return String.format(Locale.ROOT, ROW, (Object[]) cells);
  }

  private static String brief(String reason) {
    return reason.length() <= REASON_CHARACTERS_MAX
        ? reason
        : reason.substring(0, REASON_CHARACTERS_MAX) + "...";
  }
}
