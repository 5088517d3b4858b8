package io.lethe.cli.stream;

import io.lethe.cli.CliException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Kafka's own producer-perf in a JVM of its own. */
final class ProducerPerf {
  private static final String MAIN = "org.apache.kafka.tools.ProducerPerformance";

  /** Its last line; after a warm-up, of the records past it. */
  private static final Pattern RATE = Pattern.compile("records sent, ([0-9.]+) records/sec");

  private final Path java;
  private final Path log;

  /**
   * @param log takes what the program prints
   */
  ProducerPerf(Path java, Path log) {
    this.java = java;
    this.log = log;
  }

  /**
   * Sends records as fast as it can.
   *
   * @param payloads a file of payloads, one a line, drawn at random
   * @param warmUp records before the measurement begins, fewer than all
   * @param settings of the producer
   * @return records a second past the warm-up
   */
  double run(
      String bootstrapServers,
      String topic,
      Path payloads,
      int records,
      int warmUp,
      Map<String, String> settings) {
    List<String> command =
        new ArrayList<>(
            List.of(
                java.toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN,
                "--bootstrap-server",
                bootstrapServers,
                "--topic",
                topic,
                "--num-records",
                String.valueOf(records),
                "--warmup-records",
                String.valueOf(warmUp),
                "--throughput",
                "-1",
                "--payload-file",
                payloads.toString(),
                "--command-property"));
    settings.forEach((key, value) -> command.add(key + "=" + value));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      int exit = process.waitFor();
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      if (exit != 0) {
        throw failed("ended with " + exit);
      }
      for (int line = lines.size() - 1; line >= 0; line--) {
        Matcher rate = RATE.matcher(lines.get(line));
        if (rate.find()) {
          return Double.parseDouble(rate.group(1));
        }
      }
      throw failed("printed no rate");
    } catch (IOException failure) {
      throw failed(failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw failed("was interrupted");
    }
  }

  private CliException failed(String how) {
    return new CliException("Kafka's producer-perf " + how, "see " + log);
  }
}
