package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The measurement of the path under load, small: its counts are exact, its rates only there. */
class StreamBenchIT {
  private static final int SUBJECTS = 520;
  private static final int HTTP = 100;
  private static final int LATENCY = 128;
  private static final int KAFKA = 200;
  private static final int REQUESTS = HTTP + LATENCY + KAFKA;

  @Test
  void shouldAcceptEveryRequestOnceAndCloseItInExactlyOneForgetSet() throws IOException {
    Path target = Path.of("target").toAbsolutePath();
    Path folder = Files.createTempDirectory(target, "bench-stream-");
    LetheCommand.Result result =
        LetheCommand.run(
            target.resolve("lethe-" + folder.getFileName() + ".log"),
            "bench",
            "stream",
            "--subjects",
            String.valueOf(SUBJECTS),
            "--interactions",
            "5",
            "--http-requests",
            String.valueOf(HTTP),
            "--connections",
            "4",
            "--latency-requests",
            String.valueOf(LATENCY),
            "--latency-rate",
            "200",
            "--kafka-requests",
            String.valueOf(KAFKA),
            "--duplicates",
            "10",
            "--data-dir",
            folder.toString(),
            "--output",
            "json");

    assertThat(result.exitCode()).isZero();
    JsonNode figures = result.json();
    JsonNode counts = figures.required("counts");
    assertThat(counts.required("sent").asInt()).isEqualTo(REQUESTS);
    // 10 in 100 of the Kafka requests are sent twice.
    assertThat(counts.required("submissions").asInt()).isEqualTo(KAFKA + KAFKA / 10);
    assertThat(counts.required("accepted").asInt()).isEqualTo(REQUESTS);
    assertThat(counts.required("acceptedAgain").asInt()).isZero();
    assertThat(counts.required("closed").asInt()).isEqualTo(REQUESTS);
    assertThat(counts.required("closedAgain").asInt()).isZero();
    assertThat(counts.required("strange").asInt()).isZero();
    assertThat(counts.required("inSequence").asBoolean()).isTrue();
    assertThat(counts.required("deadLetters").asInt()).isZero();
    // A sample needs three interactions before it, so that five make two.
    assertThat(counts.required("samples").asInt()).isEqualTo(2 * REQUESTS);
    for (String rate :
        new String[] {
          "acceptedPerSecondHttp",
          "acceptedPerSecondKafka",
          "producerPerfPerSecond",
          "ratioToProducerPerf",
          "closedPerSecond",
          "stateBytesPerSubject"
        }) {
      assertThat(figures.required(rate).asDouble()).as(rate).isPositive();
    }
    assertThat(figures.required("rssMiB").fieldNames())
        .toIterable()
        .containsExactly(
            "kafka with this program",
            "schema-registry",
            "deletion-intake",
            "forget-set-accumulator");
  }
}
