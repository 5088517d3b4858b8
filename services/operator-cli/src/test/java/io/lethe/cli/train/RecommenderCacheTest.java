package io.lethe.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.CliException;
import io.lethe.cli.data.Dataset;
import io.lethe.cli.data.DatasetGenerator;
import io.lethe.cli.data.GeneratorSettings;
import io.lethe.engine.TuneSettings;
import io.lethe.schemas.sample.SampleRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommenderCacheTest {
  private static final Dataset DATASET =
      DatasetGenerator.generate(new GeneratorSettings(5, 12, 50, 1));
  private static final SampleRule RULE = SampleRule.of(7, DATASET.splitAt(0.8));

  @TempDir private Path folder;
  private Path base;

  @BeforeEach
  void makeBase() throws IOException {
    base = Files.createDirectories(folder.resolve("base"));
    for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
      Files.writeString(base.resolve(name), name);
    }
  }

  @Test
  void shouldGiveEveryDifferenceItsOwnKey() throws IOException {
    TuneSettings settings = TuneSettings.defaults();
    TuneSettings longer = settings.withEpochs(9);
    Dataset other = DatasetGenerator.generate(new GeneratorSettings(5, 12, 50, 2));
    Set<String> keys = new TreeSet<>();
    keys.add(RecommenderCache.key(DATASET, RULE, settings, 1, base, Set.of()));
    keys.add(RecommenderCache.key(DATASET, RULE, settings, 2, base, Set.of()));
    keys.add(RecommenderCache.key(DATASET, RULE, settings, 1, base, Set.of("erased")));
    keys.add(RecommenderCache.key(DATASET, RULE, longer, 1, base, Set.of()));
    keys.add(RecommenderCache.key(other, RULE, settings, 1, base, Set.of()));
    Files.writeString(base.resolve("model.safetensors"), "changed");
    keys.add(RecommenderCache.key(DATASET, RULE, settings, 1, base, Set.of()));
    assertThat(keys).hasSize(6).allMatch(key -> key.matches("[0-9a-f]{24}"));
  }

  @Test
  void shouldKnowABaseByAllItsShards() throws IOException {
    Files.delete(base.resolve("model.safetensors"));
    Files.writeString(
        base.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"second.safetensors\", \"b\": \"first.safetensors\"}}");
    Files.writeString(base.resolve("first.safetensors"), "model.");
    Files.writeString(base.resolve("second.safetensors"), "safetensors");
    String key = keyOfBase();
    // The same bytes as those of the one file.
    Files.writeString(base.resolve("model.safetensors"), "model.safetensors");
    assertThat(keyOfBase()).isEqualTo(key);
    Files.delete(base.resolve("model.safetensors"));
    Files.writeString(base.resolve("second.safetensors"), "changed");
    assertThat(keyOfBase()).isNotEqualTo(key);
    Files.delete(base.resolve("second.safetensors"));
    assertThatThrownBy(this::keyOfBase)
        .hasMessageContaining("has no second.safetensors")
        .hasMessageContaining("fetch the checkpoint again");
  }

  private String keyOfBase() {
    return RecommenderCache.key(DATASET, RULE, TuneSettings.defaults(), 1, base, Set.of());
  }

  @Test
  void shouldFindWhatWasPutWhole() {
    RecommenderCache cache = new RecommenderCache(folder.resolve("cache"));
    assertThat(cache.find("abc")).isEmpty();
    Path put = cache.put("abc", RecommenderCacheTest::tuneInto);
    assertThat(cache.find("abc")).contains(put);
  }

  @Test
  void shouldNotFindWhatBrokeOffAndTuneItAgain() {
    RecommenderCache cache = new RecommenderCache(folder.resolve("cache"));
    assertThatThrownBy(
            () ->
                cache.put(
                    "abc",
                    into -> {
                      tuneInto(into);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("free some disk space");
    assertThat(cache.find("abc")).isEmpty();
    cache.put("abc", RecommenderCacheTest::tuneInto);
    assertThat(cache.find("abc")).isPresent();
  }

  @Test
  void shouldNameTheFileThatABaseLacks() throws IOException {
    Files.delete(base.resolve("tokenizer.json"));
    assertThatThrownBy(this::keyOfBase)
        .hasMessageContaining("has no readable tokenizer.json")
        .hasMessageContaining("give --base a Hugging Face folder");
  }

  private static void tuneInto(Path into) throws IOException {
    Files.createDirectory(into);
    Files.writeString(into.resolve("recommender.json"), "{}");
  }
}
