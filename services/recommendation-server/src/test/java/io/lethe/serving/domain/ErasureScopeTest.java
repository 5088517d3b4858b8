package io.lethe.serving.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ErasureScopeTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void shouldHideEverythingWhenAllIsErased() {
    assertThat(ErasureScope.all().hides(new Interaction("a", 1, NOON))).isTrue();
  }

  @Test
  void shouldHideOnlyTheItemsNamed() {
    ErasureScope scope = ErasureScope.items(Set.of("a"));
    assertThat(scope.hides(new Interaction("a", 1, NOON))).isTrue();
    assertThat(scope.hides(new Interaction("b", 1, NOON))).isFalse();
  }

  @Test
  void shouldHideFromTheFirstInstantUntilJustBeforeTheLast() {
    ErasureScope scope = ErasureScope.timeRange(NOON, NOON.plusSeconds(10));
    assertThat(scope.hides(new Interaction("a", 1, NOON.minusMillis(1)))).isFalse();
    assertThat(scope.hides(new Interaction("a", 1, NOON))).isTrue();
    assertThat(scope.hides(new Interaction("a", 1, NOON.plusMillis(9_999)))).isTrue();
    assertThat(scope.hides(new Interaction("a", 1, NOON.plusSeconds(10)))).isFalse();
  }

  @Test
  void shouldTakeAnOpenEndAsNoEnd() {
    assertThat(ErasureScope.timeRange(null, NOON).hides(new Interaction("a", 1, Instant.EPOCH)))
        .isTrue();
    assertThat(
            ErasureScope.timeRange(NOON, null).hides(new Interaction("a", 1, NOON.plusSeconds(1))))
        .isTrue();
  }
}
