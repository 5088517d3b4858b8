package io.lethe.engine.checkpoint;

/** How fast each pair of a head's dimensions turns from one position to the next, in radians. */
final class RotaryFrequencies {
  private RotaryFrequencies() {}

  /** Reads both ways of writing them: one field with everything, or two as before. */
  static float[] of(Configuration configuration, int headWidth) {
    boolean together = configuration.has("rope_parameters");
    Configuration scaling = configuration.within(together ? "rope_parameters" : "rope_scaling");
    double theta =
        together
            ? scaling.number("rope_theta", 10_000)
            : configuration.number("rope_theta", 10_000);
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    if (scaling.number("partial_rotary_factor", configuration.number("partial_rotary_factor", 1))
        != 1) {
      throw configuration.refused(
          "partial_rotary_factor", "there is a program for heads that turn as a whole only");
    }
    float[] frequencies = new float[headWidth / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double plain = 1 / Math.pow(theta, 2.0 * i / headWidth);
      frequencies[i] =
          (float)
              switch (type) {
                case "default" -> plain;
                case "linear" -> plain / factor(scaling);
                case "llama3" -> stretched(plain, scaling);
                default ->
                    throw scaling.refused(
                        scaling.has("rope_type") ? "rope_type" : "type",
                        "there is a program for default, linear and llama3 only");
              };
    }
    return frequencies;
  }

  /** Llama 3.1: slow turns are slowed further, fast ones stay, those between are mixed. */
  private static double stretched(double plain, Configuration scaling) {
    double low = scaling.number("low_freq_factor", 1);
    double high = scaling.number("high_freq_factor", 4);
    double turns = scaling.positive("original_max_position_embeddings") * plain / (2 * Math.PI);
    double share = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return (1 - share) * plain / factor(scaling) + share * plain;
  }

  private static double factor(Configuration scaling) {
    double factor = scaling.number("factor", 0);
    if (!(factor > 0)) {
      throw scaling.refused("factor", "give the rope scaling a factor above 0");
    }
    return factor;
  }
}
