package io.lethe.engine.checkpoint;

import java.util.Map;
import java.util.SortedMap;

/**
 * What config.json says of a model.
 *
 * @param family whose program runs it
 * @param layers number of layers, an encoder's and a decoder's together
 * @param width of the hidden state
 * @param positionsMax longest text in tokens
 * @param attributes of the program's class, without those that settings and tokenizer give
 * @param constants tensors of one dimension that the program wants among the weights
 * @param shapes of all weights that the program needs, by name
 */
public record Architecture(
    ModelFamily family,
    int layers,
    int width,
    int positionsMax,
    Map<String, Object> attributes,
    Map<String, float[]> constants,
    SortedMap<String, long[]> shapes) {

  /** Reads config.json; a model without a program is refused by the name of the field. */
  static Architecture read(Configuration configuration) {
    String type = configuration.text("model_type", "none");
    return switch (type) {
      case "bert", "roberta", "xlm-roberta", "camembert" ->
          EncoderArchitecture.read(configuration, !type.equals("bert"));
      case "t5" -> T5Architecture.read(configuration);
      case "llama", "mistral", "qwen2", "qwen3" -> DecoderArchitecture.read(configuration, type);
      default ->
          throw configuration.refused(
              "model_type",
              "there are programs for bert, roberta, xlm-roberta, camembert, t5, llama, mistral, qwen2 and qwen3");
    };
  }
}
