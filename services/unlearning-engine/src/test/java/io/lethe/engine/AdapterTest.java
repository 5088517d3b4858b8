package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.engine.model.LoraStart;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterTest {
  private static final Instant LIMIT = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir private Path directory;

  private Recommender recommender;
  private AdapterStore store;

  @BeforeEach
  void loadBase() {
    recommender = Recommender.load(TinyModel.folder(directory), EngineSettings.defaults());
    store = new AdapterStore(directory.resolve("store"), Clock.fixed(LIMIT, ZoneOffset.UTC));
  }

  @AfterEach
  void close() {
    recommender.close();
  }

  private Candidate candidate(String recommenderDigest, int rank, float up) {
    AdapterTensors start =
        LoraStart.draw(
            recommender.model()::shapeOf, 2, 1, List.of("attention.self.value"), rank, 4, 5);
    Map<String, FloatTensor> tensors = new TreeMap<>(start.tensors());
    tensors.forEach(
        (name, tensor) -> {
          if (name.endsWith(LoraStart.B)) {
            Arrays.fill(tensor.values(), up);
          }
        });
    AdapterManifest manifest =
        new AdapterManifest(
            recommenderDigest, "f32", "test", "0", null, 1, UnlearningSettings.defaults());
    return new Candidate(new AdapterTensors(rank, 4, tensors), manifest, null);
  }

  private Candidate candidate() {
    return candidate(recommender.digest(), 2, 0.3f);
  }

  private void shouldRefuse(Path folder, String message) {
    assertThatThrownBy(() -> Adapter.load(folder, recommender))
        .isInstanceOf(AdapterRefusedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldStoreTheSameAdapterOnceUnderItsDigest() {
    StoredAdapter first = store.put(candidate());
    StoredAdapter second = store.put(candidate());
    assertThat(second).isEqualTo(first);
    assertThat(first.id()).matches("[0-9a-f]{64}").isEqualTo(AdapterFolder.idOf(candidate()));
    assertThat(store.get(first.id())).isEqualTo(first);
    assertThat(directory.resolve("store")).isDirectoryContaining(path -> path.endsWith(first.id()));
    assertThat(directory.resolve("store").toFile().list()).hasSize(1);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F4,
      level = FaultLevel.UNIT,
      does =
          "Leaves adapters in the store that nothing names, and one that was begun and never"
              + " finished, as a worker does that is killed.",
      load = "4 adapters",
      oracle =
          "The sweep removes them once they are old enough, and neither what is in use, nor what is"
              + " young, nor what is another recommender's.",
      limit = "exact")
  void shouldRemoveWhatNobodyNeedsAnyMore() throws IOException {
    String used = old(candidate());
    String unused = old(candidate(recommender.digest(), 2, 0.4f));
    String foreign = old(candidate("9".repeat(64), 2, 0.4f));
    String young = store.put(candidate(recommender.digest(), 2, 0.5f)).id();
    Path root = directory.resolve("store");
    Path begun = Files.createDirectory(root.resolve(".new-1"));
    Files.writeString(begun.resolve("manifest.json"), "{");
    age(begun);
    Files.createDirectory(root.resolve(".new-2"));

    assertThat(store.removeUnused(recommender.digest(), used::equals, LIMIT))
        .containsExactly(unused);

    assertThat(root.toFile().list()).containsExactlyInAnyOrder(used, foreign, young, ".new-2");
  }

  @Test
  void shouldKeepAnAdapterThatWasStoredAgain() throws IOException {
    String again = old(candidate());
    assertThat(store.put(candidate()).id()).isEqualTo(again);

    assertThat(store.removeUnused(recommender.digest(), id -> false, LIMIT)).isEmpty();

    assertThat(store.get(again).folder()).isDirectory();
  }

  @Test
  void shouldKeepAnAdapterThatIsStoredAgainWhileItIsRemoved() throws IOException {
    String again = old(candidate());
    // Whoever asks whether it is used stores it meanwhile.
    assertThat(
            store.removeUnused(
                recommender.digest(),
                id -> {
                  store.put(candidate());
                  return false;
                },
                LIMIT))
        .isEmpty();

    assertThat(store.get(again).folder()).isDirectory();
  }

  @Test
  void shouldRemoveNothingWhereNothingWasStored() {
    assertThat(store.removeUnused(recommender.digest(), id -> false, LIMIT)).isEmpty();
  }

  private String old(Candidate candidate) throws IOException {
    StoredAdapter stored = store.put(candidate);
    age(stored.folder());
    return stored.id();
  }

  private static void age(Path folder) throws IOException {
    Files.setLastModifiedTime(folder, FileTime.from(LIMIT.minusSeconds(1)));
  }

  @Test
  void shouldScoreWithAStoredAdapterAsWithTheCandidate() {
    List<Prompt> prompts = Answers.prompts(TinyModel.examples("s", 10, 1));
    try (Adapter loaded = Adapter.load(store.put(candidate()).folder(), recommender);
        Adapter direct = Adapter.of(candidate(), recommender)) {
      assertThat(loaded.id()).isEqualTo(direct.id());
      assertThat(loaded.manifest()).isEqualTo(candidate().manifest());
      float[] scores = recommender.score(prompts, loaded);
      assertThat(scores).isEqualTo(recommender.score(prompts, direct));
      assertThat(scores).isNotEqualTo(recommender.score(prompts, null));
    }
  }

  @Test
  void shouldNotFindWhatWasNeverStored() {
    assertThatThrownBy(() -> store.get("a".repeat(64)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("the adapter store holds no");
    assertThatThrownBy(() -> store.get("../secrets"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("64 hexadecimal digits");
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F12,
      level = FaultLevel.UNIT,
      does = "Flips a byte of a stored adapter.",
      load = "1 adapter",
      oracle = "Refused by its digest.")
  void shouldRefuseAnAlteredFile() throws IOException {
    Path folder = store.put(candidate()).folder();
    Path tensors = folder.resolve("adapter_model.safetensors");
    byte[] content = Files.readAllBytes(tensors);
    content[content.length - 1] ^= 1;
    Files.write(tensors, content);
    shouldRefuse(folder, "adapter_model.safetensors does not have the digest");
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F12,
      level = FaultLevel.UNIT,
      does = "Truncates a stored adapter and makes its manifest agree.",
      load = "1 adapter",
      oracle = "Refused.")
  void shouldRefuseATruncatedFileWhateverItsManifestSays() throws IOException {
    Path folder = store.put(candidate()).folder();
    Path tensors = folder.resolve("adapter_model.safetensors");
    byte[] content = Files.readAllBytes(tensors);
    Files.write(tensors, Arrays.copyOf(content, content.length - 8));
    assertThatThrownBy(() -> AdapterFolder.readTensors(folder))
        .isInstanceOf(AdapterRefusedException.class)
        .hasMessageContaining("not a whole safetensors file");
    shouldRefuse(folder, "digest");
  }

  @Test
  void shouldRefuseAnAdapterOfAnotherRecommender() {
    shouldRefuse(store.put(candidate("f".repeat(64), 2, 0.3f)).folder(), "belongs to recommender");
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F12,
      level = FaultLevel.UNIT,
      does = "Stores an adapter with values that are not finite.",
      load = "1 adapter",
      oracle = "Refused.")
  void shouldRefuseValuesThatAreNotFinite() {
    Candidate broken = candidate(recommender.digest(), 2, Float.NaN);
    shouldRefuse(store.put(broken).folder(), "not finite");
  }

  @Test
  void shouldRefuseTensorsOfAnotherShape() {
    Candidate good = candidate(recommender.digest(), 2, 0.3f);
    Candidate odd =
        new Candidate(
            new AdapterTensors(3, 4, good.tensors().tensors()), good.manifest(), good.record());
    shouldRefuse(store.put(odd).folder(), "has shape [2, 32], but the recommender needs [3, 32]");
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F12,
      level = FaultLevel.UNIT,
      does = "Puts a pickle, and other files, beside an adapter.",
      load = "1 adapter",
      oracle = "Refused.")
  void shouldRefuseAFolderWithAPickleOrAnyOtherFile() throws IOException {
    Path folder = store.put(candidate()).folder();
    Files.writeString(folder.resolve("adapter_model.bin"), "pickle");
    shouldRefuse(folder, "adapter_model.bin, which is none of its three files");
  }

  @Test
  void shouldRefuseAFolderThatLacksAFile() throws IOException {
    Path folder = store.put(candidate()).folder();
    Files.delete(folder.resolve("manifest.json"));
    shouldRefuse(folder, "adapter folder has no manifest.json");
  }

  @Test
  void shouldRefuseAManifestThatIsNotJson() throws IOException {
    Path folder = store.put(candidate()).folder();
    Files.writeString(folder.resolve("manifest.json"), "{");
    shouldRefuse(folder, "manifest.json is not readable JSON");
  }

  @Test
  void shouldLiveUntilTheLastReferenceGoes() {
    Adapter adapter = Adapter.of(candidate(), recommender);
    List<Prompt> prompts = Answers.prompts(TinyModel.examples("s", 2, 1));
    int held = recommender.model().managedArrays();
    assertThat(adapter.retain()).isTrue();
    adapter.close();
    adapter.close();
    assertThat(recommender.score(prompts, adapter)).hasSize(2);
    adapter.release();
    assertThat(adapter.retain()).isFalse();
    assertThat(recommender.model().managedArrays()).isLessThan(held);
    assertThatThrownBy(adapter::release).isInstanceOf(IllegalStateException.class);
  }
}
