package io.lethe.engine.method;

import io.lethe.engine.FloatTensor;
import io.lethe.engine.checkpoint.Safetensors;
import io.lethe.engine.model.LastProjection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How strongly the rows a recommender was tuned on hold what was trained. It is found when tuning
 * ends and kept in the recommender's folder; its size does not grow with the rows, and it tells of
 * all of them together.
 */
public final class Curvature {
  private static final String FILE = "curvature.safetensors";
  private static final String INPUTS = "inputs";
  private static final String OUTPUTS = "outputs";
  private static final String PAIRS = "pairs";

  private Curvature() {}

  /** Writes it into a recommender's folder. */
  public static void write(Path folder, LastProjection.Factors factors) {
    SortedMap<String, Safetensors.Entry> entries = new TreeMap<>();
    entries.put(INPUTS, entry(factors.inputs()));
    entries.put(OUTPUTS, entry(factors.outputs()));
    entries.put(PAIRS, entry(factors.pairs()));
    Safetensors.write(folder.resolve(FILE), entries);
  }

  private static Safetensors.Entry entry(FloatTensor tensor) {
    return Safetensors.Entry.of(tensor.shape(), tensor.values());
  }

  /** Whether a recommender's folder holds one. */
  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /** Reads that of a recommender, or gives null where it was tuned so that none is known. */
  static LastProjection.Factors read(Path folder) {
    if (!isIn(folder)) {
      return null;
    }
    Map<String, Safetensors.Entry> entries = Safetensors.map(folder.resolve(FILE));
    return new LastProjection.Factors(
        tensor(entries.get(INPUTS)), tensor(entries.get(OUTPUTS)), tensor(entries.get(PAIRS)));
  }

  private static FloatTensor tensor(Safetensors.Entry entry) {
    return new FloatTensor(entry.shape(), entry.toFloats());
  }
}
