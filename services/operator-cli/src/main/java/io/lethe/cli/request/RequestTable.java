package io.lethe.cli.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Renders the ledger's requests with their three clocks. */
final class RequestTable {
  private static final String ROW = "%-38s %-18s %-8s %10s %10s %-12s%n";
  private static final Duration DAY = Duration.ofDays(1);
  private final Instant now;

  RequestTable(Instant now) {
    this.now = now;
  }

  /**
   * @param requests as the ledger lists them
   */
  String render(List<JsonNode> requests) {
    if (requests.isEmpty()) {
      return "No deletion requests yet; send one with ./lethe submit.";
    }
    StringBuilder text = new StringBuilder();
    text.append(row("REQUEST", "STAGE", "REGIME", "SUPPRESSED", "UNLEARNED", "DUE"));
    for (JsonNode request : requests) {
      Instant accepted = instant(request, "acceptedAt");
      text.append(
          row(
              request.path("requestId").asText(),
              request.path("stage").asText().toLowerCase(Locale.ROOT).replace('_', ' '),
              request.path("regime").asText(),
              took(accepted, instant(request, "suppressedAt")),
              took(accepted, instant(request, "unlearnedAt")),
              due(instant(request, "dueAt"), instant(request, "unlearnedAt"))));
    }
    return text.toString().stripTrailing();
  }

  private static String row(String... cells) {
    return String.format(Locale.ROOT, ROW, (Object[]) cells);
  }

  /** Time from acceptance to the mark, or a dash while it is not met. */
  static String took(Instant from, Instant until) {
    if (from == null || until == null) {
      return "-";
    }
    Duration took = Duration.between(from, until);
    return took.compareTo(Duration.ofMinutes(2)) < 0
        ? String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0)
        : String.format(Locale.ROOT, "%d min", took.toMinutes());
  }

  private String due(Instant dueAt, Instant unlearnedAt) {
    if (dueAt == null) {
      return "-";
    }
    if (unlearnedAt != null) {
      return unlearnedAt.isAfter(dueAt) ? "met late" : "met";
    }
    Duration left = Duration.between(now, dueAt);
    if (left.isNegative()) {
      return "OVERDUE";
    }
    return left.compareTo(DAY) < 0 ? "in " + left.toHours() + " h" : "in " + left.toDays() + " d";
  }

  private static Instant instant(JsonNode request, String field) {
    return request.hasNonNull(field) ? Instant.parse(request.get(field).asText()) : null;
  }
}
