package io.lethe.ledger.page;

import io.lethe.ledger.deadletter.DeadLetterTable;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.schemas.event.AdapterServing;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Words the operators' page. */
final class ConsolePages {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final int SHORT_LENGTH = 12;
  private static final String NONE = "none";

  private final LedgerView view;
  private final ServerTable servers;
  private final DeadLetterTable deadLetters;

  ConsolePages(LedgerView view, ServerTable servers, DeadLetterTable deadLetters) {
    this.view = view;
    this.servers = servers;
    this.deadLetters = deadLetters;
  }

  ConsolePage page(Optional<String> fault, int requestsMax, Duration refresh, Instant now) {
    List<ConsolePage.RequestRow> requests =
        view.newest(null, requestsMax).stream().map(request -> row(request, now)).toList();
    return new ConsolePage(
        TIME.format(now) + " UTC",
        Math.max(1, refresh.toSeconds()),
        fault.orElse(null),
        Arrays.stream(RequestStage.values())
            .filter(stage -> stage != RequestStage.UNKNOWN)
            .map(stage -> new ConsolePage.Tally(label(stage), view.count(stage), tone(stage)))
            .toList(),
        servers.all().stream().map(server -> row(server, now)).toList(),
        deadLetters(),
        view.size(),
        requests.size(),
        requests);
  }

  private ConsolePage.DeadLetters deadLetters() {
    DeadLetterTable.Overview overview = deadLetters.overview();
    if (overview.open() == 0 && overview.untracked() == 0) {
      return null;
    }
    boolean late = overview.timeLeftMin().filter(Duration::isNegative).isPresent();
    return new ConsolePage.DeadLetters(
        overview.open(),
        overview.oldestAge().map(Durations::text).orElse(NONE),
        overview
            .timeLeftMin()
            .map(left -> Durations.text(left) + (late ? " late" : " left"))
            .orElse(null),
        late ? "late" : "running",
        deadLetters.fault().orElse(null),
        overview.byTopic().entrySet().stream()
            .filter(topic -> topic.getValue() > 0)
            .map(topic -> new ConsolePage.DeadLetterRow(topic.getKey(), topic.getValue()))
            .toList());
  }

  private ConsolePage.ServerRow row(ServerTable.Server server, Instant now) {
    AdapterServing serving = server.serving();
    return new ConsolePage.ServerRow(
        serving.getReplicaId(),
        servers.isLive(server, now),
        serving.getVersion() < 0 ? NONE : Long.toString(serving.getVersion()),
        serving.getAdapterId() == null ? NONE : brief(serving.getAdapterId()),
        Durations.text(Duration.between(serving.getSentAt(), now)) + " ago");
  }

  private static ConsolePage.RequestRow row(DeletionProgressed request, Instant now) {
    boolean withdrawn = request.getStage() == RequestStage.WITHDRAWN;
    return new ConsolePage.RequestRow(
        request.getRequestId(),
        brief(request.getSubjectRef()),
        request.getRegime().name(),
        TIME.format(request.getAcceptedAt()),
        label(request.getStage()),
        tone(request.getStage()),
        List.of(
            new ConsolePage.Mark("received", true),
            new ConsolePage.Mark("suppressed", request.getSuppressedAt() != null),
            new ConsolePage.Mark("forget set closed", request.getForgetSetClosedAt() != null),
            new ConsolePage.Mark("released", request.getReleasedAt() != null),
            new ConsolePage.Mark("unlearned", request.getUnlearnedAt() != null),
            new ConsolePage.Mark("completed", request.getStage() == RequestStage.COMPLETED)),
        elapsed(request.getAcceptedAt(), request.getSuppressedAt(), withdrawn, now),
        elapsed(request.getAcceptedAt(), request.getUnlearnedAt(), withdrawn, now),
        exact(request, withdrawn, now),
        detail(request),
        claim(request));
  }

  private static String claim(DeletionProgressed request) {
    if (request.getReceiptId() == null) {
      return null;
    }
    return request.getExactAt() == null ? "approximate" : "exact";
  }

  private static ConsolePage.Clock elapsed(
      Instant from, Instant met, boolean withdrawn, Instant now) {
    if (met != null) {
      return new ConsolePage.Clock(
          Durations.text(Duration.between(from, met)), "met " + TIME.format(met), "met");
    }
    return withdrawn
        ? new ConsolePage.Clock("stopped", "withdrawn", "off")
        : new ConsolePage.Clock(Durations.text(Duration.between(from, now)), "so far", "running");
  }

  private static ConsolePage.Clock exact(
      DeletionProgressed request, boolean withdrawn, Instant now) {
    String due =
        "due "
            + DAY.format(request.getDueAt())
            + (request.getExtension() == null
                ? ""
                : ", extended from " + DAY.format(request.getExtension().getFirstDueAt()));
    if (request.getExactAt() != null) {
      return new ConsolePage.Clock("met", TIME.format(request.getExactAt()), "met");
    }
    if (withdrawn) {
      return new ConsolePage.Clock("stopped", "withdrawn", "off");
    }
    Duration left = Duration.between(now, request.getDueAt());
    return left.isNegative()
        ? new ConsolePage.Clock(Durations.text(left) + " late", due, "late")
        : new ConsolePage.Clock(Durations.text(left) + " left", due, "running");
  }

  private static String detail(DeletionProgressed request) {
    if (request.getReason() != null) {
      return request.getReason();
    }
    StringBuilder detail = new StringBuilder();
    if (request.getSamples() != null) {
      detail.append(request.getSamples() == 1 ? "1 sample" : request.getSamples() + " samples");
    }
    if (request.getVersion() != null) {
      detail.append(detail.isEmpty() ? "" : ", ").append("version ").append(request.getVersion());
    }
    if (request.getExactVersion() != null) {
      detail.append(", exact by version ").append(request.getExactVersion());
    }
    if (!request.getAcknowledgedBy().isEmpty()) {
      detail.append(", by ").append(String.join(", ", request.getAcknowledgedBy()));
    }
    return detail.toString();
  }

  private static String label(RequestStage stage) {
    String words = stage.name().replace('_', ' ').toLowerCase(Locale.ROOT);
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static String tone(RequestStage stage) {
    return switch (stage) {
      case COMPLETED -> "met";
      case CANDIDATE_REFUSED -> "late";
      case WITHDRAWN, UNKNOWN -> "off";
      default -> "running";
    };
  }

  private static String brief(String id) {
    return id.length() <= SHORT_LENGTH ? id : id.substring(0, SHORT_LENGTH) + "…";
  }
}
