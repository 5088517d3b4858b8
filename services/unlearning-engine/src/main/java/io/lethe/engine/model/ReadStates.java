package io.lethe.engine.model;

import io.lethe.engine.EngineException;
import io.lethe.engine.checkpoint.Digests;
import io.lethe.engine.checkpoint.Safetensors;
import io.lethe.engine.text.EncodedPrompt;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the last projection has to do with of prompts, kept from one model to the next. Tuning that
 * projection leaves everything below it as it was, so that a recommender, its exact retrains and
 * their base read the same. Who compares many of them computes each prompt once.
 *
 * <p>It is as personal as the prompts: it lives in memory alone, and as long as whoever made it.
 */
public final class ReadStates {
  /** Keeps a computation of its own from every other one. */
  private record Key(String weights, LongBuffer ids) {}

  private final Map<Key, float[]> states;

  /**
   * @param promptsMax prompts kept at most, the longest unused leaving first; each takes {@code 4 *
   *     (width + inputs)} bytes
   */
  public ReadStates(int promptsMax) {
    if (promptsMax < 1) {
      throw new EngineException("promptsMax must be at least 1");
    }
    this.states =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, float[]> eldest) {
            return size() > promptsMax;
          }
        };
  }

  /** The state kept of a prompt, or null. */
  synchronized float[] find(String weights, EncodedPrompt prompt) {
    return states.get(new Key(weights, LongBuffer.wrap(prompt.ids())));
  }

  synchronized void keep(String weights, EncodedPrompt prompt, float[] state) {
    states.put(new Key(weights, LongBuffer.wrap(prompt.ids().clone())), state);
  }

  /** Prompts kept now. */
  public synchronized int size() {
    return states.size();
  }

  /** Digest of the weights that reading computes with: all but the last projection's. */
  static String digestOf(LanguageModel model) {
    Map<String, Safetensors.Entry> frozen = new TreeMap<>(model.folder().weights());
    frozen.keySet().removeIf(name -> name.startsWith(Activations.lastProjection(model) + "."));
    return Digests.ofTensors(frozen);
  }
}
