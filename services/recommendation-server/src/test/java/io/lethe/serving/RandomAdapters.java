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

/** Adapters with random tensors, each with scores of its own. */
final class RandomAdapters {
  static final int RANK = 4;

  /**
   * What an encoder's adapters must fit.
   *
   * @param spread standard deviation of the tensors' values
   */
  record Shape(int layers, int hidden, double spread) {
    static final Shape DEFAULT_BASE = new Shape(6, 384, 0.08);
    static final Shape TINY_BASE = new Shape(2, 32, 0.6);
  }

  private final AdapterStore store;
  private final String recommenderDigest;
  private final Shape shape;

  RandomAdapters(Path store, String recommenderDigest) {
    this(store, recommenderDigest, Shape.DEFAULT_BASE);
  }

  RandomAdapters(Path store, String recommenderDigest, Shape shape) {
    this.store = new AdapterStore(store);
    this.recommenderDigest = recommenderDigest;
    this.shape = shape;
  }

  /** Stores the adapter of this seed; gives its id. */
  String put(long seed) {
    return store.put(candidate(seed)).id();
  }

  /** Stores an adapter; gives its id. */
  String put(Candidate candidate) {
    return store.put(candidate).id();
  }

  /** The adapter of this seed. */
  Candidate candidate(long seed) {
    Random random = new Random(seed);
    Map<String, FloatTensor> tensors = new TreeMap<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (String projection : List.of("query", "value")) {
        String module = "encoder.layer." + layer + ".attention.self." + projection;
        tensors.put(module + ".lora_A.weight", tensor(random, RANK, shape.hidden()));
        tensors.put(module + ".lora_B.weight", tensor(random, shape.hidden(), RANK));
      }
    }
    return new Candidate(
        new AdapterTensors(RANK, 8, tensors),
        new AdapterManifest(
            recommenderDigest, "f32", "test", "none", null, seed, UnlearningSettings.defaults()),
        new UnlearningRecord(
            "test", 1, 1, 1, true, List.of(1.0), List.of(0.5), 0.5, 0.5, 0.5, Map.of()));
  }

  private FloatTensor tensor(Random random, int rows, int columns) {
    float[] values = new float[rows * columns];
    for (int position = 0; position < values.length; position++) {
      values[position] = (float) (random.nextGaussian() * shape.spread());
    }
    return new FloatTensor(new long[] {rows, columns}, values);
  }
}
