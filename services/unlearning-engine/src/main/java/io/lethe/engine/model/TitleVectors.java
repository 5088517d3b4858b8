package io.lethe.engine.model;

import io.lethe.engine.text.PromptEncoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How near titles are in meaning: the cosine between what the lower half of the layers makes of
 * them. Tuning must leave these layers alone, so that a recommender, its base and every exact
 * retrain choose alike and no vector holds anything of a person. Each title is read by itself,
 * since in a batch its last digits would depend on its company. Thread-safe.
 */
public final class TitleVectors {
  private final LanguageModel model;
  private final PromptEncoder encoder;
  private final Map<String, float[]> vectors;

  /**
   * @param titlesMax titles kept at most, the longest unused leaving first; each takes {@code 4 *
   *     width} bytes
   */
  public TitleVectors(LanguageModel model, PromptEncoder encoder, int titlesMax) {
    this.model = model;
    this.encoder = encoder;
    this.vectors =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > titlesMax;
          }
        };
  }

  /** Layers that titles are read with, the first ones: tuning must leave them as they are. */
  public static int layersRead(int layers) {
    return Math.max(1, layers / 2);
  }

  /** From -1 to 1, and 1 for the same title. */
  public double nearness(String title, String other) {
    float[] one = vector(title);
    float[] another = vector(other);
    double product = 0;
    double squares = 0;
    double otherSquares = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * another[i];
      squares += (double) one[i] * one[i];
      otherSquares += (double) another[i] * another[i];
    }
    return squares == 0 || otherSquares == 0 ? 0 : product / Math.sqrt(squares * otherSquares);
  }

  /** Titles kept now. */
  public int size() {
    synchronized (vectors) {
      return vectors.size();
    }
  }

  private float[] vector(String title) {
    synchronized (vectors) {
      float[] known = vectors.get(title);
      if (known != null) {
        return known;
      }
    }
    float[] made =
        PromptMeanings.of(
            model, List.of(encoder.encodeText(title)), layersRead(model.folder().layers()))[0];
    synchronized (vectors) {
      vectors.put(title, made);
    }
    return made;
  }
}
