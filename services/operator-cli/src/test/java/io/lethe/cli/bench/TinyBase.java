package io.lethe.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The engine's tiny random model as a Hugging Face folder, so that a whole comparison takes
 * seconds.
 */
public final class TinyBase {
  private static final Path RESOURCES = Path.of("../unlearning-engine/src/test/resources");

  private TinyBase() {}

  /** A folder below {@code parent}. */
  public static Path folder(Path parent) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("tiny-base"));
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(RESOURCES.resolve("reference/tiny-bert").resolve(file), folder.resolve(file));
    }
    Files.copy(
        RESOURCES.resolve("tiny-tokenizer/tokenizer.json"), folder.resolve("tokenizer.json"));
    return folder;
  }
}
