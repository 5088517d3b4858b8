package io.lethe.intake.domain;

import io.lethe.schemas.event.Regime;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest that tells a repetition of a request from another request under the same id. */
final class ContentDigest {
  private ContentDigest() {}

  /**
   * Hex SHA-256 over the parts, each preceded by its length so that no two requests run together.
   */
  static String of(String requestId, String subjectRef, ErasureScope scope, Regime regime) {
    StringBuilder content = new StringBuilder();
    append(content, requestId);
    append(content, subjectRef);
    append(content, scope.kind().name());
    append(content, Integer.toString(scope.itemIds().size()));
    scope.itemIds().forEach(itemId -> append(content, itemId));
    append(content, scope.from() == null ? "" : scope.from().toString());
    append(content, scope.until() == null ? "" : scope.until().toString());
    append(content, regime.name());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(content.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java runtime has SHA-256.", impossible);
    }
  }

  private static void append(StringBuilder content, String part) {
    content.append(part.length()).append(':').append(part);
  }
}
