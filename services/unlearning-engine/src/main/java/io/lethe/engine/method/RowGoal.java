package io.lethe.engine.method;

/**
 * What one row asks of the student at every step, fixed before the first one. Weights are those of
 * the mean over the forget rows or over the retained rows of a batch; a negative one drives the
 * row's loss up.
 *
 * @param label the answer to be near to
 * @param teacherNo logit of no to be near to
 * @param teacherYes logit of yes to be near to
 * @param divergence weight of KL(teacher || student)
 * @param crossEntropy weight of the cross-entropy with the label
 * @param soft weight of the cross-entropy with the teacher, as E2URec's program takes it
 * @param preference weight of {@code -(2 / sharpness) log sigmoid(sharpness (NLL - reference))}
 * @param reference NLL the preference compares with
 * @param sharpness beta of the preference, above 0
 */
public record RowGoal(
    boolean label,
    float teacherNo,
    float teacherYes,
    double divergence,
    double crossEntropy,
    double soft,
    double preference,
    double reference,
    double sharpness) {
  /** Nothing yet. */
  public static RowGoal none(boolean label) {
    return new RowGoal(label, 0, 0, 0, 0, 0, 0, 0, 1);
  }

  /** Near to the label, or away from it where the weight is negative. */
  public static RowGoal label(boolean label, double weight) {
    return new RowGoal(label, 0, 0, 0, weight, 0, 0, 0, 1);
  }

  /** Near to a teacher, or away from it where the weight is negative. */
  public static RowGoal teacher(boolean label, float no, float yes, double weight) {
    return new RowGoal(label, no, yes, weight, 0, 0, 0, 0, 1);
  }

  public RowGoal withCrossEntropy(double weight) {
    return new RowGoal(
        label, teacherNo, teacherYes, divergence, weight, soft, preference, reference, sharpness);
  }

  /** The teacher's weight as E2URec's program takes it. */
  public RowGoal withSoft(double weight) {
    return new RowGoal(
        label,
        teacherNo,
        teacherYes,
        divergence,
        crossEntropy,
        weight,
        preference,
        reference,
        sharpness);
  }

  public RowGoal withPreference(double weight, double newReference, double newSharpness) {
    return new RowGoal(
        label,
        teacherNo,
        teacherYes,
        divergence,
        crossEntropy,
        soft,
        weight,
        newReference,
        newSharpness);
  }
}
