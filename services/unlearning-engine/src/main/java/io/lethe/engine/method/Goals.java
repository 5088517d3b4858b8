package io.lethe.engine.method;

import io.lethe.engine.model.LoraTrainer;
import io.lethe.engine.model.TrainingBatch;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The goals of all rows, forget rows first, and of the opening where there is one.
 *
 * @param rows goal of each row
 * @param forgetCount how many of the first rows are to be forgotten
 * @param opening what the first steps do differently, or null
 */
public record Goals(List<RowGoal> rows, int forgetCount, Opening opening)
    implements StudentLoop.Teaching {
  /**
   * The first steps of a method that begins differently.
   *
   * @param steps of it
   * @param forget goals of the forget rows meanwhile
   * @param withRetained false leaves the retained rows out meanwhile
   */
  public record Opening(int steps, List<RowGoal> forget, boolean withRetained) {}

  boolean isOpening(int step) {
    return opening != null && step <= opening.steps();
  }

  @Override
  public boolean withRetained(int step) {
    return !isOpening(step) || opening.withRetained();
  }

  @Override
  public double step(LoraTrainer student, int[] forget, int[] retain, int step, double rate) {
    return student.step(batch(forget, retain, step), rate);
  }

  /**
   * One batch of forget and retained rows.
   *
   * @param step counted from 1
   */
  TrainingBatch batch(int[] forget, int[] retain, int step) {
    int[] together = IntStream.concat(IntStream.of(forget), IntStream.of(retain)).toArray();
    int count = together.length;
    long[] labels = new long[count];
    float[] teacher = new float[2 * count];
    float[] divergence = new float[count];
    float[] crossEntropy = new float[count];
    float[] soft = new float[count];
    TrainingBatch.Preference preference =
        new TrainingBatch.Preference(new float[count], new float[count], new float[count]);
    boolean anySoft = false;
    boolean anyPreference = false;
    for (int i = 0; i < count; i++) {
      boolean forgotten = i < forget.length;
      int row = together[i];
      RowGoal goal = forgotten && isOpening(step) ? opening.forget().get(row) : rows.get(row);
      int divisor = forgotten ? forget.length : retain.length;
      labels[i] = goal.label() ? 1 : 0;
      teacher[2 * i] = goal.teacherNo();
      teacher[2 * i + 1] = goal.teacherYes();
      divergence[i] = (float) (goal.divergence() / divisor);
      crossEntropy[i] = (float) (goal.crossEntropy() / divisor);
      soft[i] = (float) (goal.soft() / divisor);
      preference.weights()[i] = (float) (goal.preference() / divisor);
      preference.references()[i] = (float) goal.reference();
      preference.sharpness()[i] = (float) goal.sharpness();
      anySoft |= goal.soft() != 0;
      anyPreference |= goal.preference() != 0;
    }
    return new TrainingBatch(
        together,
        labels,
        teacher,
        divergence,
        crossEntropy,
        anySoft ? soft : null,
        anyPreference ? preference : null);
  }
}
