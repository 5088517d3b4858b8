package io.lethe.engine.method;

import io.lethe.engine.Adapter;
import io.lethe.engine.Answers;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.Metrics;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.RecommenderTuner;
import io.lethe.engine.TinyModel;
import io.lethe.engine.UnlearningJob;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A tiny recommender that knows eighty rows by heart, twenty of which are to be forgotten. */
final class TinyRequest implements AutoCloseable {
  static final List<Example> FORGET = TinyModel.examples("gone", 20, 1);
  static final List<Example> RETAIN = TinyModel.examples("kept", 60, 2);
  static final List<Example> HELD_OUT = TinyModel.examples("test", 60, 3);

  private final Path base;
  private final Recommender recommender;

  TinyRequest(Path directory) {
    base = TinyModel.folder(directory);
    Path folder = directory.resolve("tuned");
    new RecommenderTuner(EngineSettings.defaults())
        .tune(base, train(), TinyModel.tuneSettings(), 1, ProgressListener.NONE, folder);
    recommender = Recommender.load(folder, EngineSettings.defaults());
  }

  static List<Example> train() {
    return Stream.concat(FORGET.stream(), RETAIN.stream()).toList();
  }

  Path base() {
    return base;
  }

  Recommender recommender() {
    return recommender;
  }

  UnlearningJob job(long seed) {
    return job(null, seed);
  }

  UnlearningJob job(Adapter parent, long seed) {
    return new UnlearningJob(
        recommender, parent, FORGET, RETAIN, HELD_OUT, TinyModel.unlearningSettings(), seed);
  }

  /** Mean confidence in the true labels. */
  static double confidence(float[] scores, List<Example> examples) {
    return Metrics.meanConfidence(scores, Answers.labels(examples));
  }

  double confidence(List<Example> examples, Adapter adapter) {
    return confidence(recommender.score(Answers.prompts(examples), adapter), examples);
  }

  @Override
  public void close() {
    recommender.close();
  }
}
