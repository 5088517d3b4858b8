package io.lethe.serving;

import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Candidate;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.UnlearningRecord;
import io.lethe.engine.UnlearningSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Adapters of the default base with random tensors, each with scores of its own. */
final class RandomAdapters {
  private static final int HIDDEN = 384;
  private static final int RANK = 4;

  private final AdapterStore store;
  private final String recommenderDigest;

  RandomAdapters(Path store, String recommenderDigest) {
    this.store = new AdapterStore(store);
    this.recommenderDigest = recommenderDigest;
  }

  /** Stores the adapter of this seed; gives its id. */
  String put(long seed) {
    return store.put(candidate(seed)).id();
  }

  private Candidate candidate(long seed) {
    Random random = new Random(seed);
    Map<String, FloatTensor> tensors = new TreeMap<>();
    for (int layer = 0; layer < 6; layer++) {
      for (String projection : List.of("query", "value")) {
        String module = "encoder.layer." + layer + ".attention.self." + projection;
        tensors.put(module + ".lora_A.weight", tensor(random, RANK, HIDDEN));
        tensors.put(module + ".lora_B.weight", tensor(random, HIDDEN, RANK));
      }
    }
    return new Candidate(
        new AdapterTensors(RANK, 8, tensors),
        new AdapterManifest(
            recommenderDigest, "f32", "test", "none", null, seed, UnlearningSettings.defaults()),
        new UnlearningRecord(
            "test", 1, 1, 1, true, List.of(1.0), List.of(0.5), 0.5, 0.5, 0.5, Map.of()));
  }

  private static FloatTensor tensor(Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int position = 0; position < values.length; position++) {
      values[position] = (float) (random.nextGaussian() * 0.08);
    }
    return new FloatTensor(new long[] {rows, columns}, values);
  }
}
