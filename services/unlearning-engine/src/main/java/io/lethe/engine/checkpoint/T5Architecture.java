package io.lethe.engine.checkpoint;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** T5 and its version 1.1: relu or gated gelu, a head tied to the embeddings or of its own. */
final class T5Architecture {
  /** T5 was trained on texts of this length where config.json does not say otherwise. */
  private static final int POSITIONS = 512;

  private T5Architecture() {}

  static Architecture read(Configuration configuration) {
    String activation = configuration.text("feed_forward_proj", "relu");
    boolean gated = activation.equals("gated-gelu");
    if (!gated && !activation.equals("relu")) {
      throw configuration.refused(
          "feed_forward_proj", "there is a program for relu and gated-gelu only");
    }
    int encoderLayers = configuration.positive("num_layers");
    int decoderLayers = configuration.positive("num_decoder_layers", encoderLayers);
    int width = configuration.positive("d_model");
    int buckets = configuration.positive("relative_attention_num_buckets", 32);
    int farthest = configuration.positive("relative_attention_max_distance", 128);
    int exact = buckets / 4;
    if (exact < 1 || farthest <= exact) {
      throw configuration.refused(
          "relative_attention_num_buckets",
          "it must be at least 4, and relative_attention_max_distance above a quarter of it");
    }
    // A model whose head is tied scales what the head reads; later files say so in a field.
    boolean tied = configuration.flag("tie_word_embeddings", true);
    boolean scaled = configuration.flag("scale_decoder_outputs", tied);
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("encoder_layers", (long) encoderLayers);
    attributes.put("decoder_layers", (long) decoderLayers);
    attributes.put("heads", (long) configuration.positive("num_heads"));
    attributes.put("epsilon", configuration.number("layer_norm_epsilon", 1e-6));
    attributes.put("buckets", (long) buckets);
    attributes.put("log_reach", Math.log((double) farthest / exact));
    attributes.put("gated", gated);
    attributes.put("output_scale", scaled ? 1 / Math.sqrt(width) : 1.0);
    attributes.put(
        "start",
        (long)
            configuration.number(
                "decoder_start_token_id", configuration.number("pad_token_id", 0)));
    return new Architecture(
        ModelFamily.ENCODER_DECODER,
        encoderLayers + decoderLayers,
        width,
        configuration.positive("n_positions", POSITIONS),
        attributes,
        Map.of(),
        shapes(configuration, encoderLayers, decoderLayers, width, gated));
  }

  private static SortedMap<String, long[]> shapes(
      Configuration configuration, int encoderLayers, int decoderLayers, int width, boolean gated) {
    int heads = configuration.positive("num_heads");
    long inner = (long) heads * configuration.positive("d_kv");
    long wide = configuration.positive("d_ff");
    SortedMap<String, long[]> shapes = new TreeMap<>();
    shapes.put("shared.weight", new long[] {configuration.positive("vocab_size"), width});
    shapes.put(
        "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
        new long[] {configuration.positive("relative_attention_num_buckets", 32), heads});
    for (int i = 0; i < encoderLayers; i++) {
      String at = "encoder.block." + i + ".layer.";
      attention(shapes, at + "0", "SelfAttention", inner, width);
      feedForward(shapes, at + "1", wide, width, gated);
    }
    for (int i = 0; i < decoderLayers; i++) {
      String at = "decoder.block." + i + ".layer.";
      attention(shapes, at + "0", "SelfAttention", inner, width);
      attention(shapes, at + "1", "EncDecAttention", inner, width);
      feedForward(shapes, at + "2", wide, width, gated);
    }
    shapes.put("encoder.final_layer_norm.weight", new long[] {width});
    shapes.put("decoder.final_layer_norm.weight", new long[] {width});
    return shapes;
  }

  private static void attention(
      SortedMap<String, long[]> shapes, String at, String kind, long inner, long width) {
    for (String name : new String[] {"q", "k", "v"}) {
      shapes.put(at + "." + kind + "." + name + ".weight", new long[] {inner, width});
    }
    shapes.put(at + "." + kind + ".o.weight", new long[] {width, inner});
    shapes.put(at + ".layer_norm.weight", new long[] {width});
  }

  private static void feedForward(
      SortedMap<String, long[]> shapes, String at, long wide, long width, boolean gated) {
    String inside = at + ".DenseReluDense.";
    for (String name : gated ? new String[] {"wi_0", "wi_1"} : new String[] {"wi"}) {
      shapes.put(inside + name + ".weight", new long[] {wide, width});
    }
    shapes.put(inside + "wo.weight", new long[] {width, wide});
    shapes.put(at + ".layer_norm.weight", new long[] {width});
  }
}
