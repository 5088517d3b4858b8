package io.lethe.engine.method;

import io.lethe.engine.TuneSettings;
import io.lethe.engine.checkpoint.Safetensors;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LoraTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * How strongly the rows a recommender was tuned on hold each direction of its trained numbers: the
 * Gauss-Newton Hessian of their mean loss by its largest eigenvectors (Nyström's approximation from
 * random directions, Halko et al., 2011). It is found when tuning ends and kept in the
 * recommender's folder; its size does not grow with the rows, and it tells of all of them together.
 */
public final class Curvature {
  private static final String FILE = "curvature.safetensors";
  private static final String VECTORS = "vectors";
  private static final String VALUES = "values";

  /** Random directions, and eigenvectors at most. */
  private static final int RANK = 64;

  /** Rows that it is found from at most. */
  private static final int ROWS_MAX = 2048;

  private static final long SEED = 1;

  /** Eigenvalues below this share of the largest are what rounding left. */
  private static final double NOISE = 1e-6;

  private final float[][] vectors;
  private final double[] values;

  private Curvature(float[][] vectors, double[] values) {
    this.vectors = vectors;
    this.values = values;
  }

  /** Whether a recommender tuned like this has a curvature to be found. */
  public static boolean isKnownFor(TuneSettings settings, Activations activations) {
    return settings.fixedA() && settings.ridge() > 0 && activations.fixedAttention();
  }

  /**
   * At the tensors that tuning ended with.
   *
   * @param rows places of the rows it was tuned on; of many, those at even distances are taken
   */
  public static Curvature of(LoraTrainer trainer, int[] rows) {
    int size = trainer.trainedNumbers();
    Random random = new Random(SEED);
    float[] directions = new float[RANK * size];
    for (int i = 0; i < directions.length; i++) {
      directions[i] = (float) (random.nextGaussian() / Math.sqrt(size));
    }
    int count = Math.min(ROWS_MAX, rows.length);
    int[] some =
        IntStream.range(0, count).map(i -> rows[(int) ((long) i * rows.length / count)]).toArray();
    float[] curved = trainer.curved(some, 1.0 / count, directions);
    return nystrom(split(directions, size), split(curved, size));
  }

  /** Writes it into a recommender's folder. */
  public void write(Path folder) throws IOException {
    int size = vectors[0].length;
    float[] all = new float[vectors.length * size];
    float[] largest = new float[values.length];
    for (int k = 0; k < vectors.length; k++) {
      System.arraycopy(vectors[k], 0, all, k * size, size);
      largest[k] = (float) values[k];
    }
    SortedMap<String, Safetensors.Entry> entries = new TreeMap<>();
    entries.put(VECTORS, Safetensors.Entry.of(new long[] {vectors.length, size}, all));
    entries.put(VALUES, Safetensors.Entry.of(new long[] {values.length}, largest));
    Safetensors.write(folder.resolve(FILE), entries);
  }

  /** Whether a recommender's folder holds one. */
  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /** Reads that of a recommender, or gives null where it was tuned so that none is known. */
  static Curvature read(Path folder) {
    if (!isIn(folder)) {
      return null;
    }
    Map<String, Safetensors.Entry> entries = Safetensors.map(folder.resolve(FILE));
    Safetensors.Entry vectors = entries.get(VECTORS);
    float[] largest = entries.get(VALUES).toFloats();
    double[] values = new double[largest.length];
    for (int k = 0; k < values.length; k++) {
      values[k] = largest[k];
    }
    return new Curvature(split(vectors.toFloats(), Math.toIntExact(vectors.shape()[1])), values);
  }

  private static float[][] split(float[] values, int size) {
    return IntStream.range(0, values.length / size)
        .mapToObj(i -> Arrays.copyOfRange(values, i * size, (i + 1) * size))
        .toArray(float[][]::new);
  }

  /** From directions D and Y = H D: H is about {@code Y (D'Y)^-1 Y'}. */
  private static Curvature nystrom(float[][] directions, float[][] curved) {
    Eigen inner = Eigen.of(products(directions, curved));
    float[][] roots = inner.combine(curved, -0.5);
    Eigen outer = Eigen.of(products(roots, roots));
    float[][] vectors = outer.combine(roots, -0.5);
    return new Curvature(vectors, outer.values());
  }

  private static DMatrixRMaj products(float[][] left, float[][] right) {
    DMatrixRMaj products = new DMatrixRMaj(left.length, right.length);
    for (int i = 0; i < left.length; i++) {
      for (int j = 0; j <= i; j++) {
        // Symmetric but for rounding.
        double product = (product(left[i], right[j]) + product(left[j], right[i])) / 2;
        products.set(i, j, product);
        products.set(j, i, product);
      }
    }
    return products;
  }

  private static double product(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (double) left[i] * right[i];
    }
    return sum;
  }

  /** Eigenvectors of a symmetric matrix whose values are above the noise. */
  private record Eigen(double[] values, double[][] vectors) {
    static Eigen of(DMatrixRMaj matrix) {
      EigenDecomposition_F64<DMatrixRMaj> found =
          DecompositionFactory_DDRM.eig(matrix.numRows, true, true);
      if (!found.decompose(matrix)) {
        throw new IllegalStateException("the curvature's eigenvalues were not found");
      }
      double largest =
          IntStream.range(0, matrix.numRows)
              .mapToDouble(i -> found.getEigenvalue(i).getReal())
              .max()
              .orElseThrow();
      int[] kept =
          IntStream.range(0, matrix.numRows)
              .filter(i -> found.getEigenvalue(i).getReal() > NOISE * largest)
              .toArray();
      return new Eigen(
          IntStream.of(kept).mapToDouble(i -> found.getEigenvalue(i).getReal()).toArray(),
          IntStream.of(kept)
              .mapToObj(i -> CommonOps_DDRM.transpose(found.getEigenVector(i), null).getData())
              .toArray(double[][]::new));
    }

    /** The columns times the vectors, each by its value to a power. */
    float[][] combine(float[][] columns, double power) {
      float[][] combined = new float[values.length][];
      for (int k = 0; k < values.length; k++) {
        double[] sum = new double[columns[0].length];
        double scale = Math.pow(values[k], power);
        for (int c = 0; c < columns.length; c++) {
          add(sum, columns[c], scale * vectors[k][c]);
        }
        float[] rounded = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
          rounded[i] = (float) sum[i];
        }
        combined[k] = rounded;
      }
      return combined;
    }
  }

  private static void add(double[] sum, float[] values, double scale) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += scale * values[i];
    }
  }

  /** {@code (H + ridge)^-1 gradient}; directions beyond the largest have the ridge alone. */
  float[] solve(float[] gradient, double ridge) {
    double[] sum = new double[gradient.length];
    add(sum, gradient, 1 / ridge);
    for (int k = 0; k < values.length; k++) {
      double along = product(vectors[k], gradient);
      add(sum, vectors[k], along * (1 / (values[k] + ridge) - 1 / ridge));
    }
    float[] solved = new float[sum.length];
    for (int i = 0; i < solved.length; i++) {
      solved[i] = (float) sum[i];
    }
    return solved;
  }
}
