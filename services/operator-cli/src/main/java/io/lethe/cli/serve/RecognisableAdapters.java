package io.lethe.cli.serve;

import io.lethe.cli.CliException;
import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Candidate;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.engine.UnlearningSettings;
import io.lethe.engine.model.LoraStart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Adapters of random tensors, each with answers of its own to the run's prompts, computed here once
 * and alone.
 *
 * @param recommenderDigest digest of the recommender they belong to
 * @param ids content addresses in the store
 * @param expected scores by id, one for each prompt
 */
record RecognisableAdapters(
    String recommenderDigest, List<String> ids, Map<String, float[]> expected) {
  /** Batches of other shapes round otherwise; anything beyond is another adapter's answer. */
  static final double SAME = 1e-4;

  private static final int RANK = 8;
  private static final double SPREAD = 0.1;

  /** Makes the adapters and puts them into the store. */
  static RecognisableAdapters make(Path base, Path store, int count, List<Prompt> prompts) {
    List<String> ids = new ArrayList<>();
    Map<String, float[]> expected = new HashMap<>();
    AdapterStore adapters = new AdapterStore(store);
    try (Recommender recommender = Recommender.load(base, EngineSettings.defaults())) {
      for (int seed = 0; seed < count; seed++) {
        Candidate candidate = candidate(recommender, seed);
        String id = adapters.put(candidate).id();
        ids.add(id);
        try (Adapter adapter = Adapter.of(candidate, recommender)) {
          expected.put(id, recommender.score(prompts, adapter));
        }
      }
      RecognisableAdapters made =
          new RecognisableAdapters(recommender.digest(), List.copyOf(ids), expected);
      if (made.apart() <= 2 * SAME) {
        throw new CliException(
            "two adapters of the bench answer alike on this base",
            "give more --candidates, or fewer --adapters");
      }
      return made;
    }
  }

  /** The smallest distance between the answers of any two. */
  double apart() {
    double least = Double.POSITIVE_INFINITY;
    for (int one = 0; one < ids.size(); one++) {
      for (int other = one + 1; other < ids.size(); other++) {
        least = Math.min(least, distance(expected.get(ids.get(one)), expected.get(ids.get(other))));
      }
    }
    return least;
  }

  /** Whether these scores are the adapter's. */
  boolean isBy(String id, float[] scores) {
    float[] wanted = expected.get(id);
    return wanted != null && distance(wanted, scores) <= SAME;
  }

  private static double distance(float[] one, float[] other) {
    double largest = 0;
    for (int position = 0; position < one.length; position++) {
      largest = Math.max(largest, Math.abs(one[position] - other[position]));
    }
    return largest;
  }

  private static Candidate candidate(Recommender recommender, long seed) {
    int layers = recommender.model().folder().layers();
    AdapterTensors start =
        LoraStart.draw(
            recommender.model()::shapeOf,
            layers,
            layers,
            UnlearningSettings.defaults().targets(),
            RANK,
            2 * RANK,
            seed);
    Random random = new Random(~seed);
    Map<String, FloatTensor> tensors = new TreeMap<>();
    start
        .tensors()
        .forEach(
            (name, tensor) ->
                tensors.put(name, name.endsWith(LoraStart.B) ? drawn(tensor, random) : tensor));
    return new Candidate(
        start.with(tensors),
        new AdapterManifest(
            recommender.digest(), EngineSettings.F32, "bench", null, null, seed, null),
        null);
  }

  private static FloatTensor drawn(FloatTensor like, Random random) {
    float[] values = new float[like.values().length];
    for (int position = 0; position < values.length; position++) {
      values[position] = (float) (random.nextGaussian() * SPREAD);
    }
    return new FloatTensor(like.shape(), values);
  }
}
