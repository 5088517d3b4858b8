package io.lethe.catalog.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WatermarkTest {
  @Test
  void shouldDigestSortedRequestsOneALine() {
    // printf 'a\nb\n' | sha256sum
    assertThat(Watermark.of(List.of("b", "a")).digest())
        .isEqualTo("911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2");
  }

  @Test
  void shouldDigestTheEmptyWatermarkAsSha256OfNothing() {
    assertThat(Watermark.empty().digest())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void shouldHoldEachRequestOnceWhateverTheOrder() {
    Watermark watermark = Watermark.of(List.of("c", "a", "c")).plus(List.of("b", "a"));
    assertThat(watermark.sorted()).containsExactly("a", "b", "c");
    assertThat(watermark).isEqualTo(Watermark.of(List.of("a", "b", "c")));
  }

  @Test
  void shouldCoverOnlyWhatItHolds() {
    Watermark watermark = Watermark.of(List.of("a", "b"));
    assertThat(watermark.covers(Watermark.empty())).isTrue();
    assertThat(watermark.covers(Watermark.of(List.of("b")))).isTrue();
    assertThat(watermark.covers(Watermark.of(List.of("b", "c")))).isFalse();
    assertThat(watermark.missingFrom(Watermark.of(List.of("b", "c", "d")))).isEqualTo(2);
  }

  @Test
  void shouldLeaveTheOriginalUntouchedWhenExtended() {
    Watermark before = Watermark.of(List.of("a"));
    before.plus(List.of("b"));
    assertThat(before.sorted()).containsExactly("a");
  }
}
