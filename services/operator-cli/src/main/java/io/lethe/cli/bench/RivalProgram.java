package io.lethe.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program that does the same work in another way, told what to do by a file and answering by
 * another.
 *
 * @param command its words, without the two files
 * @param folder of the two files
 */
record RivalProgram(List<String> command, Path folder, int threads) {

  void prepare(Map<String, Object> job) {
    Stages.write(job(), job);
  }

  JsonNode run() {
    List<String> words = new ArrayList<>(command);
    words.add(job().toString());
    words.add(result().toString());
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("rival.log").toFile());
    // The same number of threads as the job's, and no busy waiting, on either side.
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    builder.environment().put("MKL_NUM_THREADS", Integer.toString(threads));
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    try {
      Process process = builder.start();
      int code = waitFor(process);
      if (code != 0) {
        throw new CliException(
            "the rival ended with code " + code,
            "see " + folder.resolve("rival.log") + "; it may lack torch, transformers or peft");
      }
    } catch (IOException failure) {
      throw new CliException(
          "the rival cannot be started (" + failure.getMessage() + ")",
          "give --rival a command that runs here",
          failure);
    }
    return Stages.read(result(), JsonNode.class);
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException asked) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new CliException("ended while the rival ran", "run it again");
    }
  }

  static float[] scores(JsonNode answer) {
    JsonNode found = answer.required("forgetScores");
    float[] scores = new float[found.size()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = (float) found.get(row).asDouble();
    }
    return scores;
  }

  private Path job() {
    return folder.resolve("job.json");
  }

  private Path result() {
    return folder.resolve("result.json");
  }
}
