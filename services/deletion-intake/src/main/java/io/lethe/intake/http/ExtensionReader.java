package io.lethe.intake.http;

import io.lethe.intake.domain.ExtensionRequest;
import io.lethe.intake.domain.RefusedException;
import io.lethe.schemas.event.ExtensionReason;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Reads the body of a request to extend a deadline. */
final class ExtensionReader {
  private static final Set<String> PROPERTIES = Set.of("reason", "notifiedAt", "dueAt");
  private static final List<ExtensionReason> REASONS =
      Arrays.stream(ExtensionReason.values())
          .filter(reason -> reason != ExtensionReason.UNKNOWN)
          .toList();

  private ExtensionReader() {}

  /**
   * Reads a body.
   *
   * @throws RefusedException when it has another shape than the interface's
   */
  static ExtensionRequest read(InputStream body, int bytesMax) throws IOException {
    JsonFields fields = new JsonFields(JsonBody.read(body, bytesMax), "", PROPERTIES);
    Instant notifiedAt = fields.instant("notifiedAt");
    if (notifiedAt == null) {
      throw fields.invalid(
          "notifiedAt",
          "is missing; tell the person of the extension, then send when, such as"
              + " 2026-01-31T12:00:00Z");
    }
    return new ExtensionRequest(reason(fields), notifiedAt, fields.instant("dueAt"));
  }

  private static ExtensionReason reason(JsonFields fields) {
    String name = fields.requiredText("reason", "one of " + REASONS);
    return REASONS.stream()
        .filter(reason -> reason.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                fields.invalid(
                    "reason",
                    "is a string of "
                        + name.length()
                        + " characters that names no reason; send one of "
                        + REASONS));
  }
}
