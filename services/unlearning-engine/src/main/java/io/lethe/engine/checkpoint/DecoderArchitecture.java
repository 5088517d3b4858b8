package io.lethe.engine.checkpoint;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Llama, Mistral, Qwen2 and Qwen3: rotary positions, grouped heads, gated silu. */
final class DecoderArchitecture {
  private DecoderArchitecture() {}

  static Architecture read(Configuration configuration, String type) {
    if (!configuration.text("hidden_act", "silu").equals("silu")) {
      throw configuration.refused("hidden_act", "there is a program for decoders with silu only");
    }
    int layers = configuration.positive("num_hidden_layers");
    int heads = configuration.positive("num_attention_heads");
    int keyHeads = configuration.positive("num_key_value_heads", heads);
    int width = configuration.positive("hidden_size");
    if (heads % keyHeads != 0) {
      throw configuration.refused(
          "num_key_value_heads", "it must divide num_attention_heads " + heads + " without rest");
    }
    // Qwen3's heads are 128 wide unless said otherwise, whatever the width of the model.
    int headWidth = configuration.positive("head_dim", type.equals("qwen3") ? 128 : width / heads);
    boolean tied = configuration.flag("tie_word_embeddings", false);
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("layers", (long) layers);
    attributes.put("heads", (long) heads);
    attributes.put("key_heads", (long) keyHeads);
    attributes.put("epsilon", configuration.number("rms_norm_eps", 1e-6));
    attributes.put("heads_normed", type.equals("qwen3"));
    attributes.put("tied", tied);
    return new Architecture(
        ModelFamily.DECODER,
        layers,
        width,
        positionsMax(configuration, type),
        attributes,
        Map.of("rotary.frequencies", RotaryFrequencies.of(configuration, headWidth)),
        shapes(configuration, type, headWidth, keyHeads, tied));
  }

  /** No text is longer than a sliding window, so that the program needs none. */
  private static int positionsMax(Configuration configuration, String type) {
    int positions = configuration.positive("max_position_embeddings");
    boolean sliding =
        configuration.has("sliding_window")
            && configuration.flag("use_sliding_window", type.equals("mistral"));
    return sliding ? Math.min(positions, configuration.positive("sliding_window")) : positions;
  }

  private static SortedMap<String, long[]> shapes(
      Configuration configuration, String type, long headWidth, long keyHeads, boolean tied) {
    long width = configuration.positive("hidden_size");
    long wide = configuration.positive("intermediate_size");
    long inner = configuration.positive("num_attention_heads") * headWidth;
    long[] words = {configuration.positive("vocab_size"), width};
    boolean biased = type.equals("qwen2") || configuration.flag("attention_bias", false);
    SortedMap<String, long[]> shapes = new TreeMap<>();
    shapes.put("model.embed_tokens.weight", words);
    shapes.put("model.norm.weight", new long[] {width});
    if (!tied) {
      shapes.put("lm_head.weight", words);
    }
    for (int i = 0; i < configuration.positive("num_hidden_layers"); i++) {
      String at = "model.layers." + i + ".";
      shapes.put(at + "input_layernorm.weight", new long[] {width});
      shapes.put(at + "post_attention_layernorm.weight", new long[] {width});
      linear(shapes, at + "self_attn.q_proj", inner, width, biased);
      linear(shapes, at + "self_attn.k_proj", keyHeads * headWidth, width, biased);
      linear(shapes, at + "self_attn.v_proj", keyHeads * headWidth, width, biased);
      linear(shapes, at + "self_attn.o_proj", width, inner, biased && !type.equals("qwen2"));
      boolean gateBiased = configuration.flag("mlp_bias", false);
      linear(shapes, at + "mlp.gate_proj", wide, width, gateBiased);
      linear(shapes, at + "mlp.up_proj", wide, width, gateBiased);
      linear(shapes, at + "mlp.down_proj", width, wide, gateBiased);
      if (type.equals("qwen3")) {
        shapes.put(at + "self_attn.q_norm.weight", new long[] {headWidth});
        shapes.put(at + "self_attn.k_norm.weight", new long[] {headWidth});
      }
    }
    return shapes;
  }

  private static void linear(
      SortedMap<String, long[]> shapes, String name, long out, long in, boolean biased) {
    shapes.put(name + ".weight", new long[] {out, in});
    if (biased) {
      shapes.put(name + ".bias", new long[] {out});
    }
  }
}
