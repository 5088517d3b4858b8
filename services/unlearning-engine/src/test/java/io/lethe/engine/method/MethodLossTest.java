package io.lethe.engine.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.model.LanguageModel;
import io.lethe.engine.model.Losses;
import io.lethe.engine.model.Reference;
import io.lethe.engine.model.TrainingBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every method's loss on fixed logits against PyTorch; make_methods_reference.py tells how. */
class MethodLossTest {
  private static final JsonNode METHODS = Reference.json("methods.json").path("methods");
  private static final JsonNode PUBLISHED = Reference.json("methods.json").path("published");

  private static LanguageModel model;

  @BeforeAll
  static void openModel() {
    model = Reference.tinyBert(Reference.settings());
  }

  @AfterAll
  static void closeModel() {
    model.close();
  }

  @ParameterizedTest
  @EnumSource(LossMethod.class)
  void shouldGiveTheLossOfThePublishedFormula(LossMethod method) {
    JsonNode rows = METHODS.path("rows");
    int forgetCount = rows.path("forget_count").asInt();
    float[] original = Reference.toFloats(rows.path("original"));
    long[] labels = Reference.toLongs(rows.path("labels"));
    Random drawn = new FixtureDraws(rows);
    List<RowGoal> goals = new ArrayList<>();
    for (int row = 0; row < labels.length; row++) {
      OriginalAnswer answer =
          new OriginalAnswer(labels[row] == 1, original[2 * row], original[2 * row + 1]);
      goals.add(
          row < forgetCount
              ? method.forget(answer, method.defaults(), drawn)
              : method.retain(answer, method.defaults()));
    }
    TrainingBatch batch =
        new Goals(goals, forgetCount, null)
            .batch(
                IntStream.range(0, forgetCount).toArray(),
                IntStream.range(forgetCount, labels.length).toArray(),
                1);
    double expected = METHODS.path("losses").path(method.method()).asDouble(Double.NaN);
    assertThat(Losses.of(model, Reference.toFloats(rows.path("student")), batch))
        .isCloseTo(expected, within(1e-6 * Math.max(1, expected)));
  }

  @Test
  void shouldGiveTheForgettingTeacherOfTheProgramOverTheWholeVocabulary() {
    float[] teacher = forgettingTeacher();
    float[] expected = Reference.toFloats(PUBLISHED.path("forgetting_teacher"));
    for (int i = 0; i < expected.length; i++) {
      assertThat(teacher[i]).isCloseTo(expected[i], within(1e-6f));
    }
  }

  @Test
  void shouldGiveTheForgetLossOfTheProgramWithTheTeachersEntropy() {
    float[] student = Reference.toFloats(PUBLISHED.path("forget").path("student"));
    double expected = PUBLISHED.path("forget_loss").asDouble();
    assertThat(soft(forgettingTeacher(), student)).isCloseTo(expected, within(1e-6));
    double divergence = divergence(forgettingTeacher(), student);
    double entropy = PUBLISHED.path("forget_teacher_entropy").asDouble();
    // One position is so sure that 1e-12 shows: the two forms part there, and only there.
    assertThat(divergence + entropy).isGreaterThan(expected + 0.01);
  }

  @Test
  void shouldGiveTheRetainLossesOfTheProgram() {
    float[] teacher = Reference.toFloats(PUBLISHED.path("retain").path("original"));
    float[] student = Reference.toFloats(PUBLISHED.path("retain").path("student"));
    double expected = PUBLISHED.path("retain_kl").asDouble();
    assertThat(soft(teacher, student)).isCloseTo(expected, within(1e-6));
    double entropy = PUBLISHED.path("retain_teacher_entropy").asDouble();
    assertThat(divergence(teacher, student) + entropy).isCloseTo(expected, within(1e-6));
    double label = PUBLISHED.path("retain_lm").asDouble();
    assertThat(Losses.of(model, student, retained(teacher, 0, 1))).isCloseTo(label, within(1e-6));
  }

  @Test
  void shouldGiveTheJointLossOfTheProgram() {
    double weight = PUBLISHED.path("weight").asDouble();
    float[] retainTeacher = Reference.toFloats(PUBLISHED.path("retain").path("original"));
    float[] retainStudent = Reference.toFloats(PUBLISHED.path("retain").path("student"));
    float[] forgetStudent = Reference.toFloats(PUBLISHED.path("forget").path("student"));
    double joint =
        Losses.of(model, retainStudent, retained(retainTeacher, weight, weight))
            + (1 - weight) * soft(forgettingTeacher(), forgetStudent);
    assertThat(joint).isCloseTo(PUBLISHED.path("joint").asDouble(), within(1e-6));
  }

  private static float[] forgettingTeacher() {
    JsonNode forget = PUBLISHED.path("forget");
    return Teachers.forgetting(
        Reference.toFloats(forget.path("original")),
        Reference.toFloats(forget.path("augmented")),
        PUBLISHED.path("alpha").asDouble());
  }

  private static double soft(float[] teacher, float[] student) {
    int rows = rows(teacher);
    return Losses.of(
        model, student, batch(teacher, new float[rows], new long[rows], null, mean(rows)));
  }

  private static double divergence(float[] teacher, float[] student) {
    int rows = rows(teacher);
    return Losses.of(
        model, student, batch(teacher, mean(rows), new long[rows], new float[rows], null));
  }

  /** Mean over all positions of the teacher's part, over labelled ones of the label's. */
  private static TrainingBatch retained(float[] teacher, double soft, double label) {
    long[] labels = Reference.toLongs(PUBLISHED.path("labels"));
    long labelled = LongStream.of(labels).filter(id -> id >= 0).count();
    float[] crossEntropy = new float[labels.length];
    float[] soften = mean(labels.length);
    for (int i = 0; i < labels.length; i++) {
      crossEntropy[i] = (float) (labels[i] < 0 ? 0 : label / labelled);
      labels[i] = Math.max(0, labels[i]);
      soften[i] *= (float) soft;
    }
    return batch(teacher, new float[labels.length], labels, crossEntropy, soften);
  }

  private static TrainingBatch batch(
      float[] teacher, float[] divergence, long[] labels, float[] crossEntropy, float[] soft) {
    int rows = rows(teacher);
    return new TrainingBatch(
        IntStream.range(0, rows).toArray(),
        labels,
        teacher,
        divergence,
        crossEntropy == null ? new float[rows] : crossEntropy,
        soft,
        null);
  }

  private static float[] mean(int rows) {
    float[] weights = new float[rows];
    Arrays.fill(weights, 1f / rows);
    return weights;
  }

  private static int rows(float[] logits) {
    return logits.length / PUBLISHED.path("vocabulary").asInt();
  }

  /** Gives what the fixture drew, in order. */
  private static final class FixtureDraws extends Random {
    private static final long serialVersionUID = 1;

    private final transient JsonNode rows;
    private int gaussians;
    private int answers;

    private FixtureDraws(JsonNode rows) {
      this.rows = rows;
    }

    @Override
    public double nextGaussian() {
      int at = gaussians++;
      return rows.path("gaussians").path(at / 2).path(at % 2).asDouble(Double.NaN);
    }

    @Override
    public boolean nextBoolean() {
      return rows.path("drawn_yes").path(answers++).asBoolean();
    }
  }
}
