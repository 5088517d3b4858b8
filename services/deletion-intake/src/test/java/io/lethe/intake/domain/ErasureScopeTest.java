package io.lethe.intake.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.event.Regime;
import io.lethe.schemas.event.ScopeKind;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErasureScopeTest {
  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant UNTIL = Instant.parse("2026-02-01T00:00:00Z");

  @Test
  void shouldTreatItemsAsASet() {
    assertThat(items(List.of("b", "a", "b")).itemIds()).containsExactly("a", "b");
  }

  @Test
  void shouldGiveOneDigestToOneContentWhateverTheOrderOfItems() {
    assertThat(digest(items(List.of("b", "a")))).isEqualTo(digest(items(List.of("a", "b", "a"))));
  }

  @Test
  void shouldTellScopesApartByDigest() {
    assertThat(
            List.of(
                digest(ErasureScope.all()),
                digest(items(List.of("a", "b"))),
                digest(items(List.of("ab"))),
                digest(ErasureScope.of(ScopeKind.TIME_RANGE, null, FROM, UNTIL, 3)),
                digest(ErasureScope.of(ScopeKind.TIME_RANGE, null, FROM, UNTIL.plusMillis(1), 3))))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldRefuseTooManyItems() {
    assertRefused(
        ScopeKind.ITEMS,
        List.of("1", "2", "3", "4"),
        null,
        null,
        RefusalReason.TOO_MANY_ITEMS,
        "scope.itemIds");
  }

  @Test
  void shouldRefuseItemsThatNameNone() {
    assertRefused(
        ScopeKind.ITEMS, List.of(), null, null, RefusalReason.INVALID_PROPERTY, "scope.itemIds");
  }

  @Test
  void shouldRefuseABlankItem() {
    assertRefused(
        ScopeKind.ITEMS,
        List.of("1", " "),
        null,
        null,
        RefusalReason.INVALID_PROPERTY,
        "scope.itemIds[1]");
  }

  @Test
  void shouldRefuseItemsBesideEverything() {
    assertRefused(
        ScopeKind.ALL, List.of("1"), null, null, RefusalReason.INVALID_PROPERTY, "scope.itemIds");
  }

  @Test
  void shouldRefuseATimeRangeWithoutAnEnd() {
    assertRefused(
        ScopeKind.TIME_RANGE, null, FROM, null, RefusalReason.INVALID_PROPERTY, "scope.until");
  }

  @Test
  void shouldRefuseAnEmptyTimeRange() {
    assertRefused(
        ScopeKind.TIME_RANGE, null, FROM, FROM, RefusalReason.INVALID_PROPERTY, "scope.until");
  }

  @Test
  void shouldRefuseAnUnknownKind() {
    assertRefused(ScopeKind.UNKNOWN, null, null, null, RefusalReason.UNKNOWN_SCOPE, "scope.kind");
  }

  private static ErasureScope items(List<String> itemIds) {
    return ErasureScope.of(ScopeKind.ITEMS, itemIds, null, null, 3);
  }

  private static String digest(ErasureScope scope) {
    return ContentDigest.of("id", "subject", scope, Regime.GDPR);
  }

  private static void assertRefused(
      ScopeKind kind,
      List<String> items,
      Instant from,
      Instant until,
      RefusalReason reason,
      String field) {
    assertThatThrownBy(() -> ErasureScope.of(kind, items, from, until, 3))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.field()).isEqualTo(field);
            });
  }
}
