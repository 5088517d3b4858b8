package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client that shares no code with us reads what we write, and its requests are served. */
class NodeInteropIT {
  private static final Path CLIENT = LetheCommand.HOME.resolve("schemas/src/test/node");
  private final DevelopmentStack stack = DevelopmentStack.get();

  @BeforeAll
  static void installClient() throws IOException, InterruptedException {
    assumeTrue(isThere("node") && isThere("npm"), "Node.js and npm are not installed");
    assertThat(run(List.of("npm", "ci", "--silent", "--no-audit", "--no-fund"), "").exitCode())
        .as("npm ci")
        .isZero();
  }

  @Test
  void shouldBeReadByANodeClient() throws IOException, InterruptedException {
    LetheCommand.Result read = interop("consume", Topics.CATALOG_ITEM.name(), "", "--count", "3");
    assertThat(read.exitCode()).as(read.output()).isZero();
    JsonNode records = read.json().required("records");
    assertThat(records).hasSize(3);
    for (JsonNode record : records) {
      assertThat(record.required("value").required("itemId").asText())
          .isEqualTo(record.required("key").asText());
      assertThat(record.required("value").required("title").asText()).isNotBlank();
    }
  }

  @Test
  void shouldServeARequestThatANodeClientWritesStraightToKafka()
      throws IOException, InterruptedException {
    String requestId = UUID.randomUUID().toString();
    String subjectRef = "a".repeat(52);
    String records =
        """
        [{"key": "%s", "value": {"requestId": "%s", "subjectRef": "%s",
          "scope": {"kind": "ALL", "itemIds": [], "from": null, "until": null},
          "regime": "CCPA", "submittedAt": null, "source": "node", "withdraw": false}}]
        """
            .formatted(subjectRef, requestId, subjectRef);
    LetheCommand.Result written = interop("produce", Topics.DELETION_SUBMITTED.name(), records);
    assertThat(written.exitCode()).as(written.output()).isZero();
    JsonNode done = Requests.awaitCompleted(stack, requestId);
    assertThat(done.required("regime").asText()).isEqualTo("CCPA");
  }

  private LetheCommand.Result interop(String mode, String topic, String input, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "node",
                "interop.mjs",
                mode,
                "--bootstrap",
                stack.bootstrapServers(),
                "--registry",
                stack.registryUrl(),
                "--topic",
                topic));
    command.addAll(List.of(more));
    return run(command, input);
  }

  private static boolean isThere(String program) {
    return List.of(System.getenv("PATH").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static LetheCommand.Result run(List<String> command, String input)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("interop-", ".err");
    Process process =
        new ProcessBuilder(command)
            .directory(CLIENT.toFile())
            .redirectError(errors.toFile())
            .start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    int exitCode = process.exitValue();
    return new LetheCommand.Result(
        exitCode, exitCode == 0 ? output : output + Files.readString(errors));
  }
}
