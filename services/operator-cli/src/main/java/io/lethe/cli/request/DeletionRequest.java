package io.lethe.cli.request;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What is asked of deletion-intake.
 *
 * @param subject account id
 * @param itemIds the items to erase, or empty
 * @param from first instant erased, or null
 * @param until first instant kept, or null
 */
public record DeletionRequest(
    UUID requestId,
    String subject,
    String regime,
    List<String> itemIds,
    Instant from,
    Instant until) {
  public DeletionRequest {
    itemIds = List.copyOf(itemIds);
  }

  /** Everything of the subject. */
  public static DeletionRequest all(UUID requestId, String subject, String regime) {
    return new DeletionRequest(requestId, subject, regime, List.of(), null, null);
  }

  /** The body as deletion-intake takes it. */
  public Map<String, Object> json() {
    Map<String, Object> scope = new LinkedHashMap<>();
    if (!itemIds.isEmpty()) {
      scope.put("kind", "ITEMS");
      scope.put("itemIds", itemIds);
    } else if (from != null || until != null) {
      scope.put("kind", "TIME_RANGE");
      put(scope, "from", from);
      put(scope, "until", until);
    } else {
      scope.put("kind", "ALL");
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("requestId", requestId.toString());
    json.put("subject", subject);
    json.put("scope", scope);
    json.put("regime", regime);
    return json;
  }

  private static void put(Map<String, Object> scope, String name, Instant instant) {
    if (instant != null) {
      scope.put(name, instant.toString());
    }
  }
}
