package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.EngineException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BalancedClustersTest {
  private static float[][] points(int count, int heaps, float apart) {
    Random random = new Random(4);
    float[][] points = new float[count][];
    for (int i = 0; i < count; i++) {
      points[i] = new float[] {apart * (i % heaps) + random.nextFloat(), random.nextFloat()};
    }
    return points;
  }

  @Test
  void shouldFindHeapsThatLieApart() {
    int[] clusters = BalancedClusters.of(points(60, 3, 100), 3, 1);
    for (int i = 3; i < 60; i++) {
      assertThat(clusters[i]).isEqualTo(clusters[i % 3]);
    }
    assertThat(clusters[0]).isNotEqualTo(clusters[1]);
    assertThat(clusters[1]).isNotEqualTo(clusters[2]);
  }

  @Test
  void shouldKeepClustersOfOneSizeWherePointsLieTogether() {
    int[] clusters = BalancedClusters.of(points(50, 1, 0), 4, 1);
    for (int cluster = 0; cluster < 4; cluster++) {
      int wanted = cluster;
      long size = Arrays.stream(clusters).filter(c -> c == wanted).count();
      assertThat(size).isBetween(11L, 13L);
    }
  }

  @Test
  void shouldDependOnTheSeedAlone() {
    float[][] points = points(50, 1, 0);
    assertThat(BalancedClusters.of(points, 4, 1)).isEqualTo(BalancedClusters.of(points, 4, 1));
    assertThat(BalancedClusters.of(points, 4, 2)).isNotEqualTo(BalancedClusters.of(points, 4, 1));
  }

  @Test
  void shouldRefuseMoreClustersThanPoints() {
    assertThatThrownBy(() -> BalancedClusters.of(points(3, 1, 0), 4, 1))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("3 points for 4 clusters");
  }
}
