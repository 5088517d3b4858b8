package io.lethe.engine.model;

import io.lethe.engine.Adapter;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Does one thing over and over and prints the resident memory of its process in KiB, a line a
 * round.
 *
 * <p>Arguments: {@code steps} or {@code loads}, rounds, times a round, the folder of a recommender
 * and for loads that of an adapter.
 */
final class SteadyMemoryProgram {
  static final Path STATUS = Path.of("/proc/self/status");

  private SteadyMemoryProgram() {}

  public static void main(String[] arguments) throws IOException {
    int rounds = Integer.parseInt(arguments[1]);
    int times = Integer.parseInt(arguments[2]);
    try (Recommender recommender =
        Recommender.load(Path.of(arguments[3]), EngineSettings.defaults())) {
      if (arguments[0].equals("steps")) {
        steps(recommender.model(), rounds, times);
      } else {
        loads(recommender, Path.of(arguments[4]), rounds, times);
      }
    }
  }

  private static void steps(LanguageModel model, int rounds, int times) throws IOException {
    try (Activations activations = Activations.of(model, Reference.prompts(), 0);
        LoraTrainer trainer =
            new LoraTrainer(activations, Reference.tinyAdapter(), name -> true, 0)) {
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < times; i++) {
          trainer.step(Reference.meanCrossEntropy(), 1e-5);
        }
        report();
      }
    }
  }

  private static void loads(Recommender recommender, Path folder, int rounds, int times)
      throws IOException {
    List<Prompt> prompts = List.of(new Prompt(null, List.of(), "heat"));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < times; i++) {
        try (Adapter adapter = Adapter.load(folder, recommender)) {
          recommender.score(prompts, adapter);
        }
      }
      report();
    }
  }

  private static void report() throws IOException {
    // Java gives native buffers back only with the objects that own them.
    System.gc();
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith("VmRSS:")) {
        System.out.println(line.replaceAll("\\D", ""));
      }
    }
  }
}
