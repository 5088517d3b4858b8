package io.lethe.engine.method;

import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.Example;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LoraStart;
import io.lethe.engine.model.LoraTrainer;
import io.lethe.engine.model.SteeredStates;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Representation misdirection (RMU, Li et al. 2024; open-unlearning): {@code MSE(h(forget), c u) +
 * MSE(h(retain), h_o(retain))}, h being the hidden states behind a layer, u a random direction of
 * length one and c how far along it. The mean is taken over tokens and width. It follows from the
 * layers below alone, so every family can be steered; of an encoder-decoder it is the encoder.
 *
 * <p>Numbers of its own: {@code layer}, how many layers lie before the states, 0 for all but the
 * last; {@code coefficient} c; {@code retainWeight} alpha; and those of {@link LossMethod} for the
 * rate and the target. The source trains the outputs of three feed-forward parts, layer 7 of 32
 * among them, with c 20; here the LoRA tensors below the layer are trained.
 */
record Misdirection(MethodSettings settings) implements UnlearningMethod {
  static final String NAME = "rmu";

  private static final String LAYER = "layer";
  private static final String COEFFICIENT = "coefficient";

  static MethodSettings defaults() {
    return new MethodSettings(
        100,
        16,
        16,
        1e-3,
        1,
        OptimizerSettings.adamW(0),
        Map.of(
            LAYER,
            0.0,
            COEFFICIENT,
            20.0,
            LossMethod.RETAIN_WEIGHT,
            1.0,
            LossMethod.LINEAR_DECAY,
            0.0,
            LossMethod.STOP_AT_TARGET,
            0.0,
            LossMethod.LOOK_EVERY,
            2.0));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    if (settings.optimizer().secondOrder() && !settings.optimizer().empiricalFisher()) {
      throw new EngineException(
          "rmu has no answers to draw labels from; give sophia with empiricalFisher, or adamw");
    }
    PhaseClock clock = new PhaseClock();
    AdapterTensors start = Teachers.start(job);
    int layer = layer(job, start);
    List<Example> examples = Stream.concat(job.forget().stream(), job.retain().stream()).toList();
    try (Activations activations = Teachers.activations(job, examples, start);
        SteeredStates states =
            new SteeredStates(activations, job.forget().size(), layer, start, direction(job))) {
      double target =
          LossMethodRun.target(settings, job, () -> Teachers.original(activations, start));
      clock.end("teachers");
      StudentLoop.Result result =
          StudentLoop.run(
              activations,
              start,
              Teachers.trained(job),
              examples,
              new Steering(states, job.forget().size(), settings),
              LossMethodRun.plan(settings, target, job.seed()),
              listener);
      clock.end("student");
      return LossMethodRun.candidate(NAME, job, settings, result, target, 0, clock);
    }
  }

  private int layer(UnlearningJob job, AdapterTensors start) {
    int layers = job.recommender().model().folder().layers();
    int lowest = LoraStart.lowestLayer(start);
    int layer = (int) settings.number(LAYER);
    if (layer == 0) {
      layer = Math.max(lowest + 1, layers - 1);
    }
    if (layer <= lowest || layer > layers) {
      throw new EngineException(
          "layer is "
              + layer
              + ", but the adapter begins above layer "
              + lowest
              + " of "
              + layers
              + "; give a layer above it, or 0");
    }
    return layer;
  }

  private float[] direction(UnlearningJob job) {
    Random random = new Random(job.seed() ^ 0x2545F4914F6CDD1DL);
    double[] drawn = random.doubles(job.recommender().model().folder().width()).toArray();
    double length = Math.sqrt(Arrays.stream(drawn).map(value -> value * value).sum());
    float[] direction = new float[drawn.length];
    for (int k = 0; k < drawn.length; k++) {
      direction[k] = (float) (settings.number(COEFFICIENT) * drawn[k] / length);
    }
    return direction;
  }

  private record Steering(SteeredStates states, int forgetCount, MethodSettings settings)
      implements StudentLoop.Teaching {
    @Override
    public boolean withRetained(int step) {
      return true;
    }

    @Override
    public double step(LoraTrainer student, int[] forget, int[] retain, int step, double rate) {
      return student.steer(
          states,
          forget,
          retain,
          settings.forgetWeight(),
          settings.number(LossMethod.RETAIN_WEIGHT),
          rate);
    }
  }
}
