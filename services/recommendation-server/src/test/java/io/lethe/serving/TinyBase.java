package io.lethe.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The engine's tiny random BERT, as a recommender that nobody tuned. */
final class TinyBase {
  private static final Path RESOURCES = Path.of("../unlearning-engine/src/test/resources");

  private TinyBase() {}

  /** A Hugging Face folder below {@code parent}. */
  static Path folder(Path parent) {
    Path folder = parent.resolve("tiny-base");
    Path model = RESOURCES.resolve("reference/tiny-bert");
    try {
      Files.createDirectories(folder);
      for (String file : new String[] {"config.json", "model.safetensors"}) {
        Files.copy(model.resolve(file), folder.resolve(file));
      }
      Files.copy(
          RESOURCES.resolve("tiny-tokenizer/tokenizer.json"), folder.resolve("tokenizer.json"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return folder;
  }
}
