package io.lethe.cli.bench;

import io.lethe.engine.BatchOrder;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningSettings;
import io.lethe.engine.method.BenchInputs;
import io.lethe.engine.method.MethodSettings;
import io.lethe.engine.method.Methods;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One run of a method in all its inputs, made the same way by the bench and by a replay.
 *
 * @param settings budget and hyper-parameters, or null for the method's own
 * @param workFolder where methods that train anew keep what they train
 */
public record MethodInputs(
    String method,
    SavedRows rows,
    Path base,
    TuneSettings tuning,
    long tuneSeed,
    UnlearningSettings unlearning,
    MethodSettings settings,
    EngineSettings engine,
    Path workFolder,
    long seed) {
  /**
   * Retained rows that methods which change an adapter are given at most: what a worker's reservoir
   * would hold, and what the cache of activations has room for.
   */
  static final int RETAIN_MAX = 2400;

  /** What the engine is given. */
  public BenchInputs engineInputs(Recommender original, ProgressListener listener) {
    Map<String, String> subjects = rows.subjects();
    return new BenchInputs(
        base,
        original,
        rows.train(),
        BenchData.examples(rows.forget()),
        retainSample(),
        BenchData.examples(rows.heldOut()),
        example -> subjects.get(example.id()),
        tuning,
        tuneSeed,
        unlearning,
        settings == null ? Map.of() : Map.of(method, settings),
        engine,
        workFolder,
        seed,
        listener);
  }

  private List<Example> retainSample() {
    List<Example> retain = new ArrayList<>(BenchData.examples(rows.retain()));
    if (retain.size() <= RETAIN_MAX) {
      return retain;
    }
    Collections.shuffle(retain, new Random(BenchSettings.SEED));
    return List.copyOf(retain.subList(0, RETAIN_MAX));
  }

  /** Digest of the order that the rows are batched in. */
  public String orderDigest(Recommender original) {
    if (Methods.kind(method) == Methods.Kind.RETRAINING) {
      return BatchOrder.digest(original, rows.train(), tuning.batchSize(), tuneSeed);
    }
    MethodSettings used = settings == null ? Methods.defaults(method) : settings;
    return Stages.digest(
        BatchOrder.digest(original, BenchData.examples(rows.forget()), used.batchSize(), seed)
            + BatchOrder.digest(original, retainSample(), used.retainBatchSize(), seed + 1));
  }
}
