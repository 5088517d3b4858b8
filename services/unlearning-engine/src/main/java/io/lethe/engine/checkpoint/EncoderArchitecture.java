package io.lethe.engine.checkpoint;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** BERT and RoBERTa: the latter's positions begin behind the id of its padding. */
final class EncoderArchitecture {
  private EncoderArchitecture() {}

  static Architecture read(Configuration configuration, boolean positionsBehindPadding) {
    if (!configuration.text("hidden_act", "gelu").equals("gelu")) {
      throw configuration.refused("hidden_act", "there is a program for encoders with gelu only");
    }
    if (!configuration.text("position_embedding_type", "absolute").equals("absolute")) {
      throw configuration.refused(
          "position_embedding_type", "there is a program for absolute positions only");
    }
    int layers = configuration.positive("num_hidden_layers");
    int heads = configuration.positive("num_attention_heads");
    int width = configuration.positive("hidden_size");
    int positions = configuration.positive("max_position_embeddings");
    int offset = positionsBehindPadding ? (int) configuration.number("pad_token_id", 1) + 1 : 0;
    if (width % heads != 0) {
      throw configuration.refused(
          "num_attention_heads", "it must divide hidden_size " + width + " without rest");
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("layers", (long) layers);
    attributes.put("heads", (long) heads);
    attributes.put("epsilon", configuration.number("layer_norm_eps", 1e-12));
    attributes.put("offset", (long) offset);
    return new Architecture(
        ModelFamily.ENCODER,
        layers,
        width,
        positions - offset,
        attributes,
        Map.of(),
        shapes(configuration, layers, width, positions));
  }

  private static SortedMap<String, long[]> shapes(
      Configuration configuration, int layers, int width, int positions) {
    long inner = configuration.positive("intermediate_size");
    SortedMap<String, long[]> shapes = new TreeMap<>();
    String embeddings = "embeddings.";
    long[] words = {configuration.positive("vocab_size"), width};
    shapes.put(embeddings + "word_embeddings.weight", words);
    shapes.put(embeddings + "position_embeddings.weight", new long[] {positions, width});
    long[] types = {configuration.positive("type_vocab_size", 2), width};
    shapes.put(embeddings + "token_type_embeddings.weight", types);
    norm(shapes, embeddings + "LayerNorm", width);
    for (int i = 0; i < layers; i++) {
      String at = "encoder.layer." + i + ".";
      for (String name : new String[] {"self.query", "self.key", "self.value", "output.dense"}) {
        linear(shapes, at + "attention." + name, width, width);
      }
      norm(shapes, at + "attention.output.LayerNorm", width);
      linear(shapes, at + "intermediate.dense", inner, width);
      linear(shapes, at + "output.dense", width, inner);
      norm(shapes, at + "output.LayerNorm", width);
    }
    return shapes;
  }

  private static void linear(SortedMap<String, long[]> shapes, String name, long out, long in) {
    shapes.put(name + ".weight", new long[] {out, in});
    shapes.put(name + ".bias", new long[] {out});
  }

  private static void norm(SortedMap<String, long[]> shapes, String name, long width) {
    shapes.put(name + ".weight", new long[] {width});
    shapes.put(name + ".bias", new long[] {width});
  }
}
