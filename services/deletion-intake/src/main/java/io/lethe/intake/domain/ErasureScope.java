package io.lethe.intake.domain;

import io.lethe.schemas.event.ScopeKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeSet;

/**
 * What is to be erased of a subject's data.
 *
 * @param kind ALL, ITEMS or TIME_RANGE
 * @param itemIds the items, sorted and without repetition; empty unless kind is ITEMS
 * @param from first instant erased, in milliseconds; null unless kind is TIME_RANGE
 * @param until first instant kept, in milliseconds; null unless kind is TIME_RANGE
 */
public record ErasureScope(ScopeKind kind, List<String> itemIds, Instant from, Instant until) {
  private static final int ITEM_ID_CHARACTERS_MAX = 128;

  /** Everything. */
  public static ErasureScope all() {
    return new ErasureScope(ScopeKind.ALL, List.of(), null, null);
  }

  /**
   * A scope as it was asked for, checked: the order and repetition of items carry no meaning.
   *
   * @param itemIds null means none given
   * @param itemsMax limit on the number of items
   * @throws RefusedException when the kind is unknown, or the other values do not fit the kind
   */
  public static ErasureScope of(
      ScopeKind kind, List<String> itemIds, Instant from, Instant until, int itemsMax) {
    List<String> items = itemIds == null ? List.of() : itemIds;
    switch (kind) {
      case ALL -> {
        forbid(!items.isEmpty(), "scope.itemIds", kind);
        forbid(from != null, "scope.from", kind);
        forbid(until != null, "scope.until", kind);
        return all();
      }
      case ITEMS -> {
        forbid(from != null, "scope.from", kind);
        forbid(until != null, "scope.until", kind);
        return new ErasureScope(kind, checkedItems(items, itemsMax), null, null);
      }
      case TIME_RANGE -> {
        forbid(!items.isEmpty(), "scope.itemIds", kind);
        return checkedRange(from, until);
      }
      default ->
          throw new RefusedException(
              RefusalReason.UNKNOWN_SCOPE,
              "scope.kind",
              "The kind of the scope is unknown; send ALL, ITEMS or TIME_RANGE.");
    }
  }

  private static void forbid(boolean given, String field, ScopeKind kind) {
    if (given) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          field,
          field + " does not apply to a scope of kind " + kind + "; leave it out.");
    }
  }

  private static List<String> checkedItems(List<String> items, int itemsMax) {
    if (items.isEmpty()) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          "scope.itemIds",
          "A scope of kind ITEMS names no item; name at least one, or send kind ALL.");
    }
    if (items.size() > itemsMax) {
      throw new RefusedException(
          RefusalReason.TOO_MANY_ITEMS,
          "scope.itemIds",
          "The scope names "
              + items.size()
              + " items, the limit is "
              + itemsMax
              + "; split the request, send kind ALL, or raise lethe.items-max.");
    }
    for (int index = 0; index < items.size(); index++) {
      String item = items.get(index);
      if (item.isBlank() || item.length() > ITEM_ID_CHARACTERS_MAX) {
        throw new RefusedException(
            RefusalReason.INVALID_PROPERTY,
            "scope.itemIds[" + index + "]",
            "An item id has "
                + item.length()
                + " characters, or only blanks; send 1 to "
                + ITEM_ID_CHARACTERS_MAX
                + " characters.");
      }
    }
    return List.copyOf(new TreeSet<>(items));
  }

  private static ErasureScope checkedRange(Instant from, Instant until) {
    require(from, "scope.from");
    require(until, "scope.until");
    Instant first = from.truncatedTo(ChronoUnit.MILLIS);
    Instant end = until.truncatedTo(ChronoUnit.MILLIS);
    if (!first.isBefore(end)) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          "scope.until",
          "The time range is empty; scope.until must lie after scope.from.");
    }
    return new ErasureScope(ScopeKind.TIME_RANGE, List.of(), first, end);
  }

  private static void require(Instant value, String field) {
    if (value == null) {
      throw new RefusedException(
          RefusalReason.INVALID_PROPERTY,
          field,
          field
              + " is missing from a scope of kind TIME_RANGE; send an instant such as"
              + " 2026-01-31T00:00:00Z.");
    }
  }
}
