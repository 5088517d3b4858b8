package io.lethe.engine;

import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.engine.model.Reference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A tiny random BERT with a tokenizer, and rows in the few words it knows. */
public final class TinyModel {
  private static final Path TOKENIZER = Path.of("src/test/resources/tiny-tokenizer/tokenizer.json");
  private static final List<String> TITLES =
      List.of("heat", "cats", "alien", "drive", "jaws", "rocky", "speed", "dune", "fargo", "juno");

  private TinyModel() {}

  /** A Hugging Face folder below {@code parent}. */
  public static Path folder(Path parent) {
    Path folder = parent.resolve("tiny-base");
    try {
      Files.createDirectories(folder);
      for (String file : List.of(HuggingFaceFolder.CONFIGURATION, HuggingFaceFolder.WEIGHTS)) {
        Files.copy(Reference.FOLDER.resolve("tiny-bert").resolve(file), folder.resolve(file));
      }
      Files.copy(TOKENIZER, folder.resolve(HuggingFaceFolder.TOKENIZER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  /** Random rows: each subject likes or dislikes at random, so that only memory can tell. */
  public static List<Example> examples(String subject, int count, long seed) {
    Random random = new Random(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Viewed> history = new ArrayList<>();
      for (int k = 0; k < 3 + random.nextInt(3); k++) {
        history.add(new Viewed(title(random), random.nextInt(11)));
      }
      Prompt prompt = new Prompt(null, history, title(random));
      examples.add(new Example(subject + "/" + i, prompt, random.nextBoolean()));
    }
    return examples;
  }

  private static String title(Random random) {
    return TITLES.get(random.nextInt(TITLES.size()));
  }

  /** Settings that teach the tiny model its rows by heart in a second. */
  public static TuneSettings tuneSettings() {
    return new TuneSettings(
        TuneSettings.Solver.ADAMW,
        30,
        16,
        1e-2,
        0.1,
        0.1,
        0,
        8,
        16,
        TuneSettings.ALL_TARGETS,
        2,
        false,
        0.7,
        0,
        5,
        0,
        PromptStrategy.RECENT);
  }

  public static UnlearningSettings unlearningSettings() {
    return new UnlearningSettings(
        List.of("attention.self.query", "attention.self.value"),
        2,
        4,
        8,
        8,
        8,
        5e-3,
        4,
        5e-3,
        150,
        1,
        2,
        64,
        1.5,
        0.5,
        1,
        0.9,
        1e-4,
        0.25,
        0.5,
        64);
  }
}
