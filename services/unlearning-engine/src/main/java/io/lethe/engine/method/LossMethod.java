package io.lethe.engine.method;

import io.lethe.engine.OptimizerSettings;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * The methods that are a loss alone. Each constant says what it asks of a forget row and of a
 * retained one, given the answer before; L_f and L_r stand for the mean cross-entropy with the true
 * labels over the forget and the retained rows of a batch.
 *
 * <p>What the sources have in common and is otherwise here: they fine-tune all parameters at rates
 * such as 5e-5, whereas LoRA tensors are trained here, at the rate E2URec's program gives its LoRA
 * student, 1e-3; and they stop at checkpoints picked by hand, whereas a number of steps is taken
 * here. Batches are 16 and 16 as in E2URec's program.
 *
 * <p>Numbers that every one has: {@code retainWeight}, weight of the retain loss; {@code
 * retainDivergence}, 1 to hold retained rows by KL to the original answers and 0 by cross-entropy
 * with their labels; {@code linearDecay}, 1 to let the rate fall to nothing; {@code stopAtTarget},
 * 1 to end where the confidence in the forget rows reaches what a retrain is expected to give,
 * looked at every {@code lookEvery} steps.
 */
enum LossMethod {
  /**
   * Descent on retained rows and a fifth of it uphill on forget rows: {@code L_r - 0.2 L_f}, as the
   * baseline of this name in E2URec's program (justarter/E2URec, unlearning_ga.py).
   */
  NEGGRAD("neggrad", 0.2, false, Map.of()) {
    @Override
    RowGoal forget(OriginalAnswer answer, MethodSettings settings, Random random) {
      return RowGoal.label(answer.liked(), -settings.forgetWeight());
    }
  },

  /**
   * The same at even weights: {@code L_r - L_f}, gamma and alpha 1, as open-unlearning has it
   * (locuslab/open-unlearning, grad_diff).
   */
  GRADDIFF("graddiff", 1, false, Map.of()) {
    @Override
    RowGoal forget(OriginalAnswer answer, MethodSettings settings, Random random) {
      return RowGoal.label(answer.liked(), -settings.forgetWeight());
    }
  },

  /**
   * {@code KL_r - KL_f}, divergences from the original answers: the baseline of E2URec's paper, for
   * which its program has no code. A divergence from where the student stands has no slope, so the
   * first step goes uphill on L_f; the sources leave it to dropout to break the tie.
   */
  NEGKL("negkl", 1, true, Map.of()) {
    @Override
    RowGoal forget(OriginalAnswer answer, MethodSettings settings, Random random) {
      return answer.kept(-settings.forgetWeight());
    }

    @Override
    Optional<RowGoal> opening(OriginalAnswer answer, MethodSettings settings) {
      return Optional.of(RowGoal.label(answer.liked(), -settings.forgetWeight()));
    }
  },

  /**
   * Training on flipped labels: {@code L_r + 0.2 L_f with every label turned}, which E2URec's
   * program calls a random label (unlearning_rl.py) and its paper, by inference, Bad-T.
   */
  LABEL_FLIP("label-flip", 0.2, false, Map.of()) {
    @Override
    RowGoal forget(OriginalAnswer answer, MethodSettings settings, Random random) {
      return RowGoal.label(!answer.liked(), settings.forgetWeight());
    }
  },

  /**
   * Bad teaching (Chundawat et al. 2023; vikram2000b/bad-teaching-unlearning): KL to an incompetent
   * teacher on forget rows, KL to the original on retained ones, temperature 1. The incompetent
   * teacher is a recommender with random weights: its answers are drawn, with {@code
   * incompetentSpread} as standard deviation of each logit. Random embeddings of standard deviation
   * 0.02 and width 384, met by a normalised state, give 0.02 * sqrt(384), about 0.4.
   */
  BAD_T("bad-t", 1, true, Map.of("incompetentSpread", 0.4)) {
    @Override
    RowGoal forget(OriginalAnswer answer, MethodSettings settings, Random random) {
      double spread = settings.number("incompetentSpread");
      float no = (float) (spread * random.nextGaussian());
      float yes = (float) (spread * random.nextGaussian());
      return RowGoal.teacher(answer.liked(), no, yes, settings.forgetWeight());
    }
  },

  /**
   * Self-distillation on adjusted logits (Dong et al. 2024, UNDIAL): near to {@code softmax(z_o -
   * beta * onehot(label))} on forget rows. The divergence is taken, which has the slope of the
   * source's cross-entropy. Two departures: with two answers all that the label loses goes to the
   * other one, so that the published beta of 10 would turn every answer over; beta is 2 here; and
   * the published retain weight is 0, whereas retained rows are held by KL here.
   */
  UNDIAL("undial", 1, true, Map.of("beta", 2.0)) {
    @Override
    RowGoal forget(OriginalAnswer answer, MethodSettings settings, Random random) {
      float beta = (float) settings.number("beta");
      float no = answer.no() - (answer.liked() ? 0 : beta);
      float yes = answer.yes() - (answer.liked() ? beta : 0);
      return RowGoal.teacher(answer.liked(), no, yes, settings.forgetWeight());
    }
  },

  /**
   * Negative preference optimisation (Zhang et al. 2024): {@code -(2 / beta) log sigmoid(beta (NLL
   * - NLL_o)) + L_r}, beta 0.1, as open-unlearning has it.
   */
  NPO("npo", 1, false, Map.of("beta", 0.1)) {
    @Override
    RowGoal forget(OriginalAnswer answer, MethodSettings settings, Random random) {
      return RowGoal.none(answer.liked())
          .withPreference(
              settings.forgetWeight(), answer.negativeLogLikelihood(), settings.number("beta"));
    }
  },

  /**
   * The same without a reference (Fan et al. 2024): {@code -0.125 (2 / beta) log sigmoid(beta (NLL
   * - delta)) + L_r}, beta 4.5 and delta 0, as open-unlearning has it. An answer is one token long,
   * so there is no length to divide by.
   */
  SIMNPO("simnpo", 0.125, false, Map.of("beta", 4.5, "delta", 0.0)) {
    @Override
    RowGoal forget(OriginalAnswer answer, MethodSettings settings, Random random) {
      return RowGoal.none(answer.liked())
          .withPreference(
              settings.forgetWeight(), settings.number("delta"), settings.number("beta"));
    }
  },

  /**
   * Ascent, mismatch and KL (Yao et al. 2023; kevinyaobytedance/llm_unlearn): {@code -0.5 L_f + 1 *
   * cross-entropy with a random answer on forget rows + 1 * KL on retained rows}, the rate falling
   * to nothing. The source draws the random answers of a step from five; here one of the two
   * answers is drawn for each row and stays. It ends early where the loss passes 100; two answers
   * do not take it there.
   */
  LLMU("llmu", 0.5, true, Map.of("randomWeight", 1.0, "linearDecay", 1.0)) {
    @Override
    RowGoal forget(OriginalAnswer answer, MethodSettings settings, Random random) {
      // A teacher this sure is a label: exp(-100) is nothing in single precision.
      float sure = random.nextBoolean() ? 50 : -50;
      return RowGoal.teacher(answer.liked(), -sure, sure, settings.number("randomWeight"))
          .withCrossEntropy(-settings.forgetWeight());
    }
  };

  static final String RETAIN_WEIGHT = "retainWeight";
  static final String RETAIN_DIVERGENCE = "retainDivergence";
  static final String LINEAR_DECAY = "linearDecay";
  static final String STOP_AT_TARGET = "stopAtTarget";
  static final String LOOK_EVERY = "lookEvery";

  private final String method;
  private final MethodSettings defaults;

  LossMethod(
      String method, double forgetWeight, boolean retainDivergence, Map<String, Double> further) {
    this.method = method;
    Map<String, Double> specific = new TreeMap<>();
    specific.put(RETAIN_WEIGHT, 1.0);
    specific.put(RETAIN_DIVERGENCE, retainDivergence ? 1.0 : 0.0);
    specific.put(LINEAR_DECAY, 0.0);
    specific.put(STOP_AT_TARGET, 0.0);
    specific.put(LOOK_EVERY, 2.0);
    specific.putAll(further);
    this.defaults =
        new MethodSettings(100, 16, 16, 1e-3, forgetWeight, OptimizerSettings.adamW(0), specific);
  }

  /** The method of this name, or null. */
  static LossMethod of(String name) {
    return Arrays.stream(values())
        .filter(method -> method.method.equals(name))
        .findFirst()
        .orElse(null);
  }

  String method() {
    return method;
  }

  MethodSettings defaults() {
    return defaults;
  }

  /** What a forget row is taught. */
  abstract RowGoal forget(OriginalAnswer answer, MethodSettings settings, Random random);

  /** What a forget row is taught in the very first step, where that differs. */
  Optional<RowGoal> opening(OriginalAnswer answer, MethodSettings settings) {
    return Optional.empty();
  }

  /** What a retained row is taught. */
  RowGoal retain(OriginalAnswer answer, MethodSettings settings) {
    double weight = settings.number(RETAIN_WEIGHT);
    return settings.number(RETAIN_DIVERGENCE) > 0
        ? answer.kept(weight)
        : RowGoal.label(answer.liked(), weight);
  }
}
