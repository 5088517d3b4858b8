package io.lethe.ledger.page;

import io.lethe.ledger.receipt.Receipt;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.receipt.SigningKey;
import io.lethe.ledger.record.Evidence;
import io.lethe.ledger.record.RequestSnapshot;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Words receipts for people. */
@Singleton
public class ReceiptPages {
  private static final String NOTHING_HELD = "NOTHING_HELD";
  private static final String EXACT = "exact";
  private static final String BAD = "bad";

  private final ReceiptOffice receipts;
  private final Evidence log;

  /** The page's template, checked when the service is built. */
  @CheckedTemplate(basePath = "")
  static class Templates {
    static native TemplateInstance receipt(ReceiptPage page);
  }

  ReceiptPages(ReceiptOffice receipts, Evidence log) {
    this.receipts = receipts;
    this.log = log;
  }

  /**
   * The page of a signed receipt.
   *
   * @param signed as it was issued
   */
  public TemplateInstance of(String signed) {
    return Templates.receipt(page(signed));
  }

  private ReceiptPage page(String signed) {
    Receipt receipt = receipts.content(signed);
    SigningKey.PublicJwk key = receipts.publicJwk();
    Optional<Long> index = receipts.index(signed);
    boolean exact = EXACT.equals(receipt.claim());
    return new ReceiptPage(
        receipt,
        headline(receipt, exact),
        exact
            ? "What is served was tuned without ever seeing the data."
            : "The model that is served has unlearned the data; the recommender beneath it was"
                + " tuned when the data was still there. The clock named exact runs on.",
        scope(receipt.scope()),
        extension(receipt.extension()),
        List.of(
            clock("Suppressed", receipt.suppressedAt(), receipt),
            clock("Unlearned", receipt.unlearnedAt(), receipt),
            clock("Exact", receipt.exactAt(), receipt)),
        or(receipt.method(), "not known"),
        receipt.samples() == null ? "not known" : receipt.samples().toString(),
        receipt.version() == null ? "not known" : receipt.version().toString(),
        receipt.acknowledgedBy().size() + ": " + String.join(", ", receipt.acknowledgedBy()),
        gates(receipt.gates()),
        key.keyId(),
        log.origin(),
        key.verifierKey(),
        receipts.proof(signed).orElse(null),
        index.map(at -> at + 1).orElse(0L));
  }

  private static String headline(Receipt receipt, boolean exact) {
    if (NOTHING_HELD.equals(receipt.outcome())) {
      return "Nothing of this person was held.";
    }
    return exact ? "Forgotten exactly." : "Forgotten approximately.";
  }

  private static String scope(Receipt.Scope scope) {
    if (scope == null) {
      return null;
    }
    List<String> words = new ArrayList<>();
    words.add(
        switch (scope.kind()) {
          case "ALL" -> "everything";
          case "ITEMS" -> "items " + String.join(", ", scope.itemIds());
          default -> scope.kind().toLowerCase(Locale.ROOT).replace('_', ' ');
        });
    if (scope.from() != null) {
      words.add("from " + scope.from());
    }
    if (scope.until() != null) {
      words.add("until " + scope.until());
    }
    return String.join(" ", words);
  }

  private static String extension(RequestSnapshot.Extension extension) {
    return extension == null
        ? null
        : String.format(
            "from %s (%s), the person was told on %s",
            extension.firstDueAt(),
            extension.reason().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            extension.notifiedAt());
  }

  private static ReceiptPage.Clock clock(String name, Instant metAt, Receipt receipt) {
    if (metAt == null) {
      return new ReceiptPage.Clock(name, "not yet", "", "", "faint");
    }
    boolean late = receipt.dueAt() != null && metAt.isAfter(receipt.dueAt());
    return new ReceiptPage.Clock(
        name,
        metAt.toString(),
        Durations.text(Duration.between(receipt.acceptedAt(), metAt)),
        late ? "missed" : "kept",
        late ? BAD : "");
  }

  private static List<ReceiptPage.GateRow> gates(List<Receipt.Gate> gates) {
    return gates.stream()
        .map(
            gate ->
                new ReceiptPage.GateRow(
                    gate.gate(),
                    number(gate.value()),
                    band(gate),
                    or(gate.reference(), ""),
                    gate.passed() ? "passed" : "failed",
                    gate.passed() ? "" : BAD))
        .toList();
  }

  private static String band(Receipt.Gate gate) {
    if (gate.lower() != null && gate.upper() != null) {
      return number(gate.lower()) + " to " + number(gate.upper());
    }
    if (gate.lower() != null) {
      return "at least " + number(gate.lower());
    }
    return gate.upper() == null ? "" : "at most " + number(gate.upper());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static String or(String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
