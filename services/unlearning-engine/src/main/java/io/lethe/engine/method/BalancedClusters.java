package io.lethe.engine.method;

import io.lethe.engine.EngineException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Clusters of equal size: every pass assigns points to centres nearest pair first, as long as the
 * cluster has room, and moves the centres to the means (RecEraser's balanced partition, APA's
 * balanced K-means).
 */
final class BalancedClusters {
  private static final int PASSES_MAX = 20;

  private BalancedClusters() {}

  /**
   * Cluster of each point.
   *
   * @param points vectors of equal length
   * @param count of clusters, at most as many as points
   * @param seed of the first centres, which are points
   */
  static int[] of(float[][] points, int count, long seed) {
    if (count < 1 || count > points.length) {
      throw new EngineException(
          "there are "
              + points.length
              + " points for "
              + count
              + " clusters; give at least one point a cluster");
    }
    double[][] centres = firstCentres(points, count, seed);
    int[] clusters = assign(points, centres);
    for (int pass = 1; pass < PASSES_MAX; pass++) {
      centres = means(points, clusters, count);
      int[] next = assign(points, centres);
      if (Arrays.equals(next, clusters)) {
        break;
      }
      clusters = next;
    }
    return clusters;
  }

  /** Points drawn without repetition. */
  private static double[][] firstCentres(float[][] points, int count, long seed) {
    int[] order = IntStream.range(0, points.length).toArray();
    Random random = new Random(seed);
    double[][] centres = new double[count][];
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(order.length - i);
      int drawn = order[j];
      order[j] = order[i];
      order[i] = drawn;
      centres[i] =
          IntStream.range(0, points[drawn].length).mapToDouble(k -> points[drawn][k]).toArray();
    }
    return centres;
  }

  private static int[] assign(float[][] points, double[][] centres) {
    int count = centres.length;
    double[] distances = new double[points.length * count];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = squaredDistance(points[i / count], centres[i % count]);
    }
    int[] pairs =
        IntStream.range(0, distances.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer pair) -> distances[pair]))
            .mapToInt(Integer::intValue)
            .toArray();
    int room = (points.length + count - 1) / count;
    int[] sizes = new int[count];
    int[] clusters = new int[points.length];
    Arrays.fill(clusters, -1);
    for (int pair : pairs) {
      int point = pair / count;
      int cluster = pair % count;
      if (clusters[point] < 0 && sizes[cluster] < room) {
        clusters[point] = cluster;
        sizes[cluster]++;
      }
    }
    return clusters;
  }

  private static double[][] means(float[][] points, int[] clusters, int count) {
    double[][] means = new double[count][points[0].length];
    int[] sizes = new int[count];
    for (int point = 0; point < points.length; point++) {
      sizes[clusters[point]]++;
      for (int k = 0; k < points[point].length; k++) {
        means[clusters[point]][k] += points[point][k];
      }
    }
    for (int cluster = 0; cluster < count; cluster++) {
      for (int k = 0; k < means[cluster].length; k++) {
        means[cluster][k] /= Math.max(1, sizes[cluster]);
      }
    }
    return means;
  }

  static double squaredDistance(float[] point, double[] centre) {
    double sum = 0;
    for (int k = 0; k < point.length; k++) {
      double difference = point[k] - centre[k];
      sum += difference * difference;
    }
    return sum;
  }
}
