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
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.stream.IntStream;

/**
 * Takes away in one step, without an optimiser, what rows contributed to the tuned numbers: {@code
 * (H + ridge)^-1 g}, g being the rows' own part of the gradient and H the curvature of all rows
 * (influence functions; Koh and Liang, 2017, for LoRA as LLMEraser does).
 *
 * <p>It holds where tuning came near its optimum and what is trained acts nearly linearly, which
 * the default tuning sees to. The curvature is computed once a recommender, by {@link #prepare} or
 * with the first request; then a request costs one gradient over its own rows.
 */
public final class Influence implements UnlearningMethod {
  public static final String NAME = "influence";

  /** Random directions that the curvature is found by. */
  static final String RANK = "rank";

  /** Rows that it is found from at most. */
  static final String ROWS_MAX = "rowsMax";

  private static final long CURVATURE_SEED = 1;

  /** Gone with the recommender, like what it is made of. */
  private static final Map<Recommender, Curvature> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final MethodSettings settings;

  Influence(MethodSettings settings) {
    this.settings = settings;
  }

  static MethodSettings defaults() {
    return new MethodSettings(
        1, 1, 1, 1, 1, OptimizerSettings.adamW(0), Map.of(RANK, 96.0, ROWS_MAX, 4096.0));
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Computes the curvature of the job's recommender, where it is not known yet. */
  public void prepare(UnlearningJob job) {
    curvature(job);
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    PhaseClock clock = new PhaseClock();
    RecommenderManifest manifest = manifest(job.recommender());
    Curvature curvature = curvature(job);
    clock.end("curvature");
    int[] places = curvature.places(job.forget());
    AdapterTensors start = Teachers.start(job);
    AdapterTensors moved;
    float[] before;
    float[] after;
    Activations own = places == null ? Teachers.activations(job, job.forget(), start) : null;
    try {
      Activations activations = own == null ? curvature.activations() : own;
      int[] rows = own == null ? places : IntStream.range(0, job.forget().size()).toArray();
      Map<String, FloatTensor> gradients;
      try (LoraTrainer parent = new LoraTrainer(activations, start, Teachers.trained(job), 0)) {
        before = parent.logits(rows);
        gradients =
            parent.gradients(
                sum(job.forget(), rows, manifest.examples() + manifest.maskedExamples()));
      }
      clock.end("gradient");
      moved = moved(start, gradients, curvature);
      try (LoraTrainer candidate = new LoraTrainer(activations, moved, tensor -> false, 0)) {
        after = candidate.logits(rows);
      }
      clock.end("step");
    } finally {
      if (own != null) {
        own.close();
      }
    }
    return new Candidate(moved, adapterManifest(job), record(job, before, after, clock));
  }

  private static RecommenderManifest manifest(Recommender recommender) {
    RecommenderManifest manifest = recommender.manifest();
    if (manifest == null || !manifest.settings().fixedA() || !(manifest.settings().ridge() > 0)) {
      throw new EngineException(
          "influence needs a recommender that was tuned with A fixed and a ridge above 0; tune it"
              + " with the default settings, or use another method");
    }
    return manifest;
  }

  private Curvature curvature(UnlearningJob job) {
    RecommenderManifest manifest = manifest(job.recommender());
    return KNOWN.computeIfAbsent(
        job.recommender(),
        recommender -> {
          int rowsMax = (int) settings.number(ROWS_MAX);
          List<Example> rows = job.retain().subList(0, Math.min(rowsMax, job.retain().size()));
          return Curvature.of(
              recommender,
              rows,
              Teachers.fresh(job),
              Teachers.trained(job),
              manifest.settings().ridge(),
              (int) settings.number(RANK),
              CURVATURE_SEED);
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

  private static AdapterTensors moved(
      AdapterTensors start, Map<String, FloatTensor> gradients, Curvature curvature) {
    int size = gradients.values().stream().mapToInt(tensor -> tensor.values().length).sum();
    float[] flat = new float[size];
    int at = 0;
    // In order of name, as the curvature's directions are.
    TreeMap<String, FloatTensor> sorted = new TreeMap<>(gradients);
    for (FloatTensor tensor : sorted.values()) {
      System.arraycopy(tensor.values(), 0, flat, at, tensor.values().length);
      at += tensor.values().length;
    }
    float[] step = curvature.solve(flat);
    Map<String, FloatTensor> values = new TreeMap<>(start.tensors());
    at = 0;
    for (String name : sorted.keySet()) {
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
