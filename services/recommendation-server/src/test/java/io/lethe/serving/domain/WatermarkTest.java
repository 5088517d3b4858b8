package io.lethe.serving.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WatermarkTest {
  @Test
  void shouldKnowTheDigestOfNothing() {
    assertThat(
            new Watermark(
                    Set.of(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
                .sound())
        .isTrue();
  }

  @Test
  void shouldDigestSortedIdsEachFollowedByALineFeed() {
    // printf 'r1\nr2\n' | sha256sum
    Watermark watermark =
        new Watermark(
            Set.of("r2", "r1"), "041f633e79199d3227c2e5cc0c4bba82f907c5a1f7fd2841d2add5e893d0e2f2");
    assertThat(watermark.sound()).isTrue();
  }

  @Test
  void shouldNoticeADigestOfOtherRequests() {
    assertThat(
            new Watermark(
                    Set.of("r1"),
                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
                .sound())
        .isFalse();
  }

  @Test
  void shouldCountWhatItLacks() {
    Watermark watermark = new Watermark(Set.of("r1", "r2"), "unused");
    assertThat(watermark.missing(List.of("r1", "r3", "r4"))).isEqualTo(2);
    assertThat(watermark.covers(List.of("r2"))).isTrue();
    assertThat(watermark.covers(List.of("r2", "r3"))).isFalse();
    assertThat(watermark.size()).isEqualTo(2);
  }
}
