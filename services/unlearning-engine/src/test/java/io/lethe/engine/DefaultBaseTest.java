package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lethe.engine.checkpoint.Safetensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultBaseTest {
  @TempDir private Path cache;

  @Test
  void shouldUnpackOnceAndFindItAgain() {
    Path first = DefaultBase.unpack(cache);
    Path second = DefaultBase.unpack(cache);
    assertThat(second).isEqualTo(first);
    assertThat(cache.toFile().list()).containsExactly(first.getFileName().toString());
  }

  @Test
  void shouldHoldEveryWeightOfASixLayerBertUnderItsName() {
    Map<String, Safetensors.Entry> weights =
        Safetensors.map(DefaultBase.unpack(cache).resolve("model.safetensors"));
    // Five embedding tensors, and sixteen of each of the six layers.
    assertThat(weights).hasSize(5 + 6 * 16);
    assertThat(weights.get("encoder.layer.5.intermediate.dense.weight").shape())
        .containsExactly(1536, 384);
    assertThat(weights.get("encoder.layer.5.output.dense.weight").shape())
        .containsExactly(384, 1536);
    long parameters =
        weights.values().stream().mapToLong(entry -> entry.data().remaining() / 4).sum();
    assertThat(parameters).isEqualTo(22_565_376);
  }

  /** The value is that of transformers' BertModel on the same ids. */
  @Test
  void shouldAnswerAsTransformersDoes() {
    Path folder = DefaultBase.unpack(cache);
    Prompt prompt =
        new Prompt(null, List.of(new Viewed("Alien (1979)", 9), new Viewed("Cats", 2)), "Heat");
    try (Recommender recommender = Recommender.load(folder, EngineSettings.defaults())) {
      assertThat(recommender.score(List.of(prompt), null)[0]).isCloseTo(0.75118f, within(1e-4f));
    }
  }
}
