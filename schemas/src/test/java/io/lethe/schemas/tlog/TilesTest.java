package io.lethe.schemas.tlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TilesTest {
  @Test
  void shouldPlaceTilesAsTheStandardsExamples() {
    assertThat(Tiles.hashes(0, 1234067, 256)).isEqualTo("tile/0/x001/x234/067");
    assertThat(Tiles.entries(273, 112)).isEqualTo("tile/entries/273.p/112");
    // A tree of 70,000 entries.
    assertThat(Tiles.width(0, 272, 70_000)).isEqualTo(256);
    assertThat(Tiles.width(0, 273, 70_000)).isEqualTo(112);
    assertThat(Tiles.width(0, 274, 70_000)).isZero();
    assertThat(Tiles.width(1, 0, 70_000)).isEqualTo(256);
    assertThat(Tiles.width(1, 1, 70_000)).isEqualTo(17);
    assertThat(Tiles.width(2, 0, 70_000)).isEqualTo(1);
    assertThat(Tiles.levels(70_000)).isEqualTo(3);
    assertThat(Tiles.width(1, 0, 256)).isEqualTo(1);
  }

  @Test
  void shouldReadWhatItWrites() {
    for (long index : new long[] {0, 7, 999, 1000, 1234067, 999_999_999L}) {
      for (int width : new int[] {1, 255, 256}) {
        String path = Tiles.hashes(0, index, width).substring("tile/0/".length());
        assertThat(Tiles.parse(path)).contains(new Tiles.Position(index, width));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "1234",
        "x000/001",
        "x001/001/002",
        "../checkpoint",
        "000.p/0",
        "000.p/256",
        "000.p/01",
        "000.p/",
        "x1/001",
        "000/",
        "x001"
      })
  void shouldRefuseOtherPaths(String path) {
    assertThat(Tiles.parse(path)).isEmpty();
  }

  @Test
  void shouldUnpackNoFurtherThanTheBundleIsWhole() {
    byte[] bundle = Tiles.pack(List.of(new byte[] {1, 2}, new byte[300], new byte[0]));
    assertThat(bundle).hasSize(2 + 2 + 2 + 300 + 2).startsWith(0, 2, 1, 2, 1, 44);
    assertThat(Tiles.unpack(bundle)).hasSize(3);
    assertThat(Tiles.unpack(java.util.Arrays.copyOf(bundle, 200))).hasSize(1);
  }
}
