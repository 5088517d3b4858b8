package io.lethe.engine.model;

/**
 * One step's rows and what each row's loss is made of. Every array has one value a row; weights
 * include the divisor, and a negative one drives the row's loss up.
 *
 * @param rows places in the activations
 * @param labels 1 for yes, 0 for no
 * @param teacher logits of no and yes to be near to, two a row
 * @param klWeights weight of KL(teacher || student)
 * @param crossEntropyWeights weight of the cross-entropy with the label
 * @param softWeights weight of the cross-entropy with the teacher as E2URec's program takes it,
 *     with 1e-12 added to every probability; null for none
 * @param preference negative preference optimisation, or null for none
 */
public record TrainingBatch(
    int[] rows,
    long[] labels,
    float[] teacher,
    float[] klWeights,
    float[] crossEntropyWeights,
    float[] softWeights,
    Preference preference) {
  /**
   * The loss {@code -(2 / beta) log sigmoid(beta (NLL - reference))} of each row, NLL being its
   * cross-entropy with the label.
   *
   * @param weights of the rows
   * @param references cross-entropy to be compared with
   * @param sharpness beta, above 0 even where the weight is 0
   */
  public record Preference(float[] weights, float[] references, float[] sharpness) {}

  /** Of divergences and cross-entropies alone. */
  public TrainingBatch(
      int[] rows, long[] labels, float[] teacher, float[] klWeights, float[] crossEntropyWeights) {
    this(rows, labels, teacher, klWeights, crossEntropyWeights, null, null);
  }
}
