package io.lethe.engine.method;

import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Answers;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineException;
import io.lethe.engine.Example;
import io.lethe.engine.Metrics;
import io.lethe.engine.OptimizerSettings;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderManifest;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningMethod;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.checkpoint.Digests;
import io.lethe.engine.model.Activations;
import io.lethe.engine.model.LastProjection;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.IntStream;

/**
 * Takes away in one step, without an optimiser, what rows contributed to the tuned numbers: {@code
 * (H + ridge - own)^-1 g}, g being the rows' own part of the gradient, H the curvature of all rows
 * and own theirs (influence functions; Koh and Liang, 2017, for LoRA as LLMEraser does).
 *
 * <p>It holds where tuning came to its optimum, which the steady tuning sees to. The curvature lies
 * in the recommender's folder; a request costs one gradient over its own rows.
 */
public final class Influence implements UnlearningMethod {
  public static final String NAME = "influence";

  /** How often the step is found again without the forgotten rows' own part of the curvature. */
  private static final int ROUNDS = 2;

  /** Gone with the recommender. */
  private static final Map<Recommender, LastProjection.Factors> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final MethodSettings settings;

  Influence(MethodSettings settings) {
    this.settings = settings;
  }

  static MethodSettings defaults() {
    return new MethodSettings(1, 1, 1, 1, 1, OptimizerSettings.adamW(0), Map.of());
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Whether the job's recommender has a curvature, and its parent moved the same numbers. */
  static boolean isKnownFor(UnlearningJob job) {
    RecommenderManifest manifest = job.recommender().manifest();
    return manifest != null
        && manifest.settings().solver() == TuneSettings.Solver.NEWTON
        && Curvature.isIn(job.recommender().model().folder().folder())
        && Teachers.start(job).tensors().keySet().equals(Teachers.fresh(job).tensors().keySet());
  }

  @Override
  public Candidate run(UnlearningJob job, ProgressListener listener) {
    PhaseClock clock = new PhaseClock();
    RecommenderManifest manifest = manifest(job.recommender());
    LastProjection.Factors curvature = curvature(job.recommender());
    clock.end("curvature");
    AdapterTensors start = Teachers.start(job);
    AdapterTensors moved;
    float[] before;
    float[] after;
    int[] rows = IntStream.range(0, job.forget().size()).toArray();
    try (Activations activations = Teachers.activations(job, job.forget(), start);
        LastProjection projection = new LastProjection(activations, start)) {
      clock.end("rows");
      before = projection.logits(rows);
      int tunedOn = manifest.examples() + manifest.maskedExamples();
      projection.takeAway(
          rows(job.forget(), rows, tunedOn), curvature, manifest.settings().ridge(), ROUNDS);
      moved = projection.tensors();
      after = projection.logits(rows);
      clock.end("step");
    }
    return new Candidate(moved, adapterManifest(job), record(job, before, after, clock));
  }

  private static RecommenderManifest manifest(Recommender recommender) {
    RecommenderManifest manifest = recommender.manifest();
    if (manifest == null || manifest.settings().solver() != TuneSettings.Solver.NEWTON) {
      throw new EngineException(
          "influence needs a recommender that was tuned to its optimum; tune it with the steady"
              + " settings, or use another method");
    }
    return manifest;
  }

  private static LastProjection.Factors curvature(Recommender recommender) {
    return KNOWN.computeIfAbsent(
        recommender,
        unknown -> {
          LastProjection.Factors read = Curvature.read(unknown.model().folder().folder());
          if (read == null) {
            throw new EngineException(
                "influence needs the curvature that tuning leaves beside the weights; tune the"
                    + " recommender again, or use another method");
          }
          return read;
        });
  }

  /** Rows by the divisor that the tuned mean had. */
  private static LastProjection.Rows rows(List<Example> examples, int[] rows, int tunedOn) {
    float[] weights = new float[rows.length];
    Arrays.fill(weights, 1f / tunedOn);
    long[] labels = examples.stream().mapToLong(example -> example.liked() ? 1 : 0).toArray();
    return new LastProjection.Rows(rows, labels, weights);
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
