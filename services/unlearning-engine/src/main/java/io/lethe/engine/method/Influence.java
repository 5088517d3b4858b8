package io.lethe.engine.method;

import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Answers;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.Example;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.Metrics;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderManifest;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.checkpoint.Digests;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LoraTrainer;
import io.lethe.engine.model.TrainingBatch;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.stream.IntStream;

/**
 * Takes away in one step, without an optimiser, what rows contributed to the tuned numbers: {@code
 * (H + ridge)^-1 g}, g being the rows' own part of the gradient and H the curvature of all rows
 * (influence functions; Koh and Liang, 2017, for LoRA as LLMEraser does).
 *
 * <p>It holds where tuning came near its optimum and what is trained acts nearly linearly, which
 * the steady tuning sees to. The curvature is computed once a recommender, by {@link #prepare} or
 * with the first request; then a request costs one gradient over its own rows.
 */
public final class Influence implements UnlearningMethod {
  public static final String NAME = "influence";

  /**
   * Share of the ridge added to it: tuning ends a little short of its optimum, as if it were held
   * back more strongly.
   */
  static final String DAMPING = "damping";

  /** How often the step is found again without the forgotten rows' own part of the curvature. */
  private static final int REFINEMENTS = 2;

  /** Gone with the recommender. */
  private static final Map<Recommender, Curvature> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final MethodSettings settings;

  Influence(MethodSettings settings) {
    this.settings = settings;
  }

  static MethodSettings defaults() {
    return new MethodSettings(1, 1, 1, 1, 1, OptimizerSettings.adamW(0), Map.of(DAMPING, 1.0 / 3));
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Whether the job's recommender has a curvature, and its parent moved the same numbers. */
  static boolean isKnownFor(UnlearningJob job) {
    RecommenderManifest manifest = job.recommender().manifest();
    return manifest != null
        && manifest.settings().fixedA()
        && manifest.settings().ridge() > 0
        && Curvature.isIn(job.recommender().model().folder().folder())
        && Teachers.start(job).tensors().keySet().equals(Teachers.fresh(job).tensors().keySet());
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    PhaseClock clock = new PhaseClock();
    RecommenderManifest manifest = manifest(job.recommender());
    Curvature curvature = curvature(job.recommender());
    double ridge = manifest.settings().ridge() * (1 + settings.number(DAMPING));
    clock.end("curvature");
    AdapterTensors start = Teachers.start(job);
    AdapterTensors moved;
    float[] before;
    float[] after;
    int[] rows = IntStream.range(0, job.forget().size()).toArray();
    try (Activations activations = Teachers.activations(job, job.forget(), start)) {
      try (LoraTrainer parent = new LoraTrainer(activations, start, Teachers.trained(job), 0)) {
        before = parent.logits(rows);
        int tunedOn = manifest.examples() + manifest.maskedExamples();
        TreeMap<String, FloatTensor> gradients =
            new TreeMap<>(parent.gradients(sum(job.forget(), rows, tunedOn)));
        clock.end("gradient");
        float[] gradient = flat(gradients);
        float[] step = curvature.solve(gradient, ridge);
        for (int time = 0; time < REFINEMENTS; time++) {
          // What is forgotten holds nothing any more: x = (H + ridge)^-1 (g + own curvature x).
          float[] own = parent.curved(rows, 1.0 / tunedOn, step);
          for (int i = 0; i < own.length; i++) {
            own[i] += gradient[i];
          }
          step = curvature.solve(own, ridge);
        }
        moved = moved(start, gradients, step);
      }
      try (LoraTrainer candidate = new LoraTrainer(activations, moved, tensor -> false, 0)) {
        after = candidate.logits(rows);
      }
      clock.end("step");
    }
    return new Candidate(moved, adapterManifest(job), record(job, before, after, clock));
  }

  private static RecommenderManifest manifest(Recommender recommender) {
    RecommenderManifest manifest = recommender.manifest();
    if (manifest == null || !manifest.settings().fixedA() || !(manifest.settings().ridge() > 0)) {
      throw new EngineException(
          "influence needs a recommender that was tuned with A fixed and a ridge above 0; tune it"
              + " with the steady settings, or use another method");
    }
    return manifest;
  }

  private static Curvature curvature(Recommender recommender) {
    return KNOWN.computeIfAbsent(
        recommender,
        unknown -> {
          Curvature read = Curvature.read(unknown.model().folder().folder());
          if (read == null) {
            throw new EngineException(
                "influence needs the curvature that tuning leaves beside the weights; tune the"
                    + " recommender again in f32, adapting the last layer's values and projections,"
                    + " or use another method");
          }
          return read;
        });
  }

  /** Cross-entropy of rows by the divisor that the tuned mean had. */
  private static TrainingBatch sum(List<Example> examples, int[] rows, int tunedOn) {
    float[] weights = new float[rows.length];
    Arrays.fill(weights, 1f / tunedOn);
    long[] labels = examples.stream().mapToLong(example -> example.liked() ? 1 : 0).toArray();
    return new TrainingBatch(
        rows, labels, new float[2 * rows.length], new float[rows.length], weights);
  }

  /** One after the other in order of name, as the curvature's directions are. */
  private static float[] flat(SortedMap<String, FloatTensor> tensors) {
    int size = tensors.values().stream().mapToInt(tensor -> tensor.values().length).sum();
    float[] flat = new float[size];
    int at = 0;
    for (FloatTensor tensor : tensors.values()) {
      System.arraycopy(tensor.values(), 0, flat, at, tensor.values().length);
      at += tensor.values().length;
    }
    return flat;
  }

  private static AdapterTensors moved(
      AdapterTensors start, SortedMap<String, FloatTensor> trained, float[] step) {
    Map<String, FloatTensor> values = new TreeMap<>(start.tensors());
    int at = 0;
    for (String name : trained.keySet()) {
      FloatTensor tensor = start.tensors().get(name);
      float[] changed = tensor.values().clone();
      for (int i = 0; i < changed.length; i++) {
        changed[i] += step[at++];
      }
      values.put(name, new FloatTensor(tensor.shape(), changed));
    }
    return start.with(values);
  }

  private AdapterManifest adapterManifest(UnlearningJob job) {
    return new AdapterManifest(
        job.recommender().digest(),
        job.recommender().settings().precision(),
        NAME,
        Digests.of(job.forget()),
        job.parent() == null ? null : job.parent().id(),
        job.seed(),
        job.settings(),
        settings);
  }

  private static UnlearningRecord record(
      UnlearningJob job, float[] before, float[] after, PhaseClock clock) {
    boolean[] labels = Answers.labels(job.forget());
    double known = Metrics.meanConfidence(Answers.probabilities(before), labels);
    double left = Metrics.meanConfidence(Answers.probabilities(after), labels);
    return new UnlearningRecord(
        NAME,
        1,
        1,
        0,
        true,
        List.of(),
        List.of(known, left),
        known,
        left,
        Double.NaN,
        clock.secondsByPhase());
  }
}
