package io.lethe.engine.method;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Example;
import io.lethe.engine.Recommender;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LoraTrainer;
import io.lethe.engine.text.EncodedPrompt;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * How strongly the rows a recommender was tuned on hold each direction of its trained numbers: the
 * Gauss-Newton Hessian of their mean loss by its largest eigenvectors (Nyström's approximation from
 * random directions, Halko et al., 2011), and the ridge for all other directions. Computed once a
 * recommender; its size does not grow with the rows.
 *
 * <p>It keeps what fixed attention read of its rows as well, so that no prompt of theirs runs
 * through the lower layers again.
 */
final class Curvature {
  /** Eigenvalues below this share of the largest are what rounding left. */
  private static final double NOISE = 1e-6;

  private final Activations activations;
  private final Map<String, Integer> rowOf = new HashMap<>();
  private final float[][] vectors;
  private final double[] values;
  private final double ridge;

  private Curvature(
      Activations activations,
      List<Example> rows,
      float[][] vectors,
      double[] values,
      double ridge) {
    this.activations = activations;
    this.vectors = vectors;
    this.values = values;
    this.ridge = ridge;
    for (int row = 0; row < rows.size(); row++) {
      rowOf.put(rows.get(row).id(), row);
    }
  }

  /**
   * Of a recommender at the tensors it was tuned to.
   *
   * @param rows sample of the rows it was tuned on
   * @param start tensors that change nothing, of the shape it was tuned with
   * @param trained which of them move, by name
   * @param ridge it was tuned with, above 0
   * @param rank random directions, and eigenvectors at most
   */
  static Curvature of(
      Recommender recommender,
      List<Example> rows,
      AdapterTensors start,
      Predicate<String> trained,
      double ridge,
      int rank,
      long seed) {
    List<EncodedPrompt> prompts =
        rows.stream().map(row -> recommender.encoder().encode(row.prompt())).toList();
    Activations activations = Activations.of(recommender.model(), prompts, start);
    try (LoraTrainer trainer = new LoraTrainer(activations, start, trained, 0)) {
      int size = trainer.trainedNumbers();
      Random random = new Random(seed);
      float[] directions = new float[rank * size];
      for (int i = 0; i < directions.length; i++) {
        directions[i] = (float) (random.nextGaussian() / Math.sqrt(size));
      }
      int[] all = IntStream.range(0, rows.size()).toArray();
      float[] curved = trainer.curved(all, 1.0 / rows.size(), directions);
      return nystrom(activations, rows, split(directions, size), split(curved, size), ridge);
    } catch (RuntimeException e) {
      activations.close();
      throw e;
    }
  }

  private static float[][] split(float[] values, int size) {
    return IntStream.range(0, values.length / size)
        .mapToObj(i -> Arrays.copyOfRange(values, i * size, (i + 1) * size))
        .toArray(float[][]::new);
  }

  /** From directions D and Y = H D: H is about {@code Y (D'Y)^-1 Y'}. */
  private static Curvature nystrom(
      Activations activations,
      List<Example> rows,
      float[][] directions,
      float[][] curved,
      double ridge) {
    Eigen inner = Eigen.of(products(directions, curved));
    float[][] roots = inner.combine(curved, -0.5);
    Eigen outer = Eigen.of(products(roots, roots));
    float[][] vectors = outer.combine(roots, -0.5);
    return new Curvature(activations, rows, vectors, outer.values(), ridge);
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

  /** {@code (H + ridge)^-1 gradient}. */
  float[] solve(float[] gradient) {
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

  /** Eigenvalues kept, the smallest first or last as found. */
  double[] values() {
    return values.clone();
  }

  /** Where rows lie in {@link #activations()}, or null where one of them is not there. */
  int[] places(List<Example> rows) {
    int[] places = new int[rows.size()];
    for (int i = 0; i < places.length; i++) {
      Integer place = rowOf.get(rows.get(i).id());
      if (place == null) {
        return null;
      }
      places[i] = place;
    }
    return places;
  }

  Activations activations() {
    return activations;
  }
}
