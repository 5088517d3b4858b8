package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.RecordingConsole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallRequestsCommandTest {
  @TempDir private static Path directory;

  private static Path base;
  private static Path out;
  private static JsonNode first;

  @BeforeAll
  static void compare() throws IOException {
    base = TinyBase.folder(directory);
    out = directory.resolve("out");
    first = compared(out);
  }

  private static RecordingConsole run(Path folder, String... more) {
    RecordingConsole console = new RecordingConsole();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "bench",
                "small-requests",
                "--protocol=made-up",
                "--base=" + base,
                "--train-rows=400",
                "--subject-rows-max=8",
                "--test-rows=80",
                "--valid-rows=60",
                "--epochs=2",
                "--steps=3",
                "--threads=1",
                "--out=" + folder,
                "--output=json"));
    arguments.addAll(List.of(more));
    int exitCode = console.run(arguments.toArray(String[]::new));
    assertThat(exitCode).as(console.err()).isEqualTo(ExitCode.OK);
    return console;
  }

  private static JsonNode compared(Path folder) {
    return Json.parse(
        run(folder, "--requests=4", "--methods=e2urec,neggrad,retrain,policy").out(), "result");
  }

  @Test
  void shouldGiveEveryKeyOfEveryMethodAndRequest() {
    for (String key : List.of("signal", "floor", "auc", "secondsOfThisRun")) {
      assertThat(first.path(key).isNumber()).as(key).isTrue();
    }
    assertThat(first.path("conclusive").isBoolean()).isTrue();
    assertThat(first.path("signals")).hasSize(4);
    assertThat(first.path("floors")).hasSize(4);
    assertThat(first.path("methods").findValuesAsText("method"))
        .containsExactly("e2urec", "neggrad", "retrain", "policy");
    for (JsonNode method : first.path("methods")) {
      for (String key :
          List.of("residualMean", "residualMax", "collateral", "towardShare", "aucDelta", "mia")) {
        assertThat(method.path(key).isNumber()).as(key).isTrue();
      }
      assertThat(method.at("/millisToDurable/p50").asDouble()).isPositive();
      assertThat(method.at("/millisToDurable/p95").asDouble())
          .isGreaterThanOrEqualTo(method.at("/millisToDurable/p50").asDouble());
      assertThat(method.path("requests").findValuesAsText("subjects"))
          .containsExactly("1", "2", "4", "8");
      for (JsonNode request : method.path("requests")) {
        for (String key :
            List.of(
                "rows",
                "signal",
                "floor",
                "residual",
                "collateral",
                "towardShare",
                "aucDelta",
                "millis")) {
          assertThat(request.path(key).isNumber()).as(key).isTrue();
        }
      }
    }
    assertThat(first.at("/conditions/trainRows").asInt()).isBetween(350, 400);
  }

  @Test
  void shouldGiveTheFloorAsTheResidualOfTheOtherSeedsRetrain() {
    JsonNode retrain = first.at("/methods/2");
    assertThat(retrain.path("residualMean").asDouble())
        .isEqualTo(first.path("floor").asDouble())
        .isPositive();
  }

  @Test
  void shouldLetThePolicyReleaseWhatTheGatesLetPass() {
    JsonNode e2urec = first.at("/methods/0");
    JsonNode policy = first.at("/methods/3");
    for (int request = 0; request < 4; request++) {
      JsonNode own = e2urec.path("requests").path(request);
      JsonNode met = policy.path("requests").path(request);
      JsonNode tried = met.at("/tried/0");
      if (own.path("refusedBy").isEmpty()) {
        assertThat(tried).extracting(JsonNode::asText).endsWith("e2urec");
        assertThat(met.path("residual")).isEqualTo(own.path("residual"));
      } else {
        assertThat(tried).extracting(JsonNode::asText).endsWith("retrain");
        assertThat(met.path("residual").asDouble()).isZero();
      }
      assertThat(met.path("millis").asDouble())
          .isGreaterThanOrEqualTo(own.path("millis").asDouble());
    }
  }

  @Test
  void shouldKeepNoRetrainAndNoAdapterOnceMeasured() throws IOException {
    try (Stream<Path> recommenders = Files.list(out.resolve("recommenders"))) {
      assertThat(recommenders).as("the original alone").hasSize(1);
    }
    assertThat(out.resolve("adapters")).doesNotExist();
    assertThat(Files.readString(out.resolve("small-requests.md")))
        .startsWith("| method | residual mean |")
        .contains("| retrain, other seed (the floor) |", "Signal ");
  }

  @Test
  void shouldGoOnWithTheFirstStepThatIsMissing(@TempDir Path other) throws IOException {
    Path folder = other.resolve("out");
    JsonNode whole = compared(folder);
    List<Path> before = stages(folder);
    List<Path> lost =
        before.stream()
            .filter(file -> file.getFileName().toString().startsWith("request-neggrad"))
            .limit(1)
            .toList();
    assertThat(lost).hasSize(1);
    Files.delete(lost.get(0));
    RecordingConsole console =
        run(folder, "--requests=4", "--methods=e2urec,neggrad,retrain,policy");
    assertThat(console.err()).contains("neggrad").doesNotContain("retrain with seed", "original,");
    assertThat(stages(folder)).isEqualTo(before);
    JsonNode again = Json.parse(console.out(), "result");
    assertThat(again.path("signals")).isEqualTo(whole.path("signals"));
    for (int method = 0; method < 4; method++) {
      assertThat(again.path("methods").path(method).path("residualMean"))
          .isEqualTo(whole.path("methods").path(method).path("residualMean"));
    }
  }

  private static List<Path> stages(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("stages"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void shouldNameTheRemedyOfAnOptionThatMakesNoSense() {
    refused("--requests=0", "lethe: --requests is below 1; give for example 12.");
    refused("--seeds=0", "lethe: --seeds is below 1; give for example 1.");
    refused("--steps=0", "lethe: --steps is below 1; give for example 100.");
    refused("--train-rows=-1", "lethe: a number of rows is below 0; give 0 for all.");
    refused(
        "--subject-rows-max=2",
        "lethe: --subject-rows-max is below 3; give for example 30, or leave it out for no limit.");
  }

  private static void refused(String option, String error) {
    RecordingConsole console = new RecordingConsole();
    assertThat(console.run("bench", "small-requests", "--base=" + base, option))
        .isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).isEqualTo(error);
  }

  @Test
  void shouldNameTheMethodsWhenOneIsUnknown() {
    RecordingConsole neighbour = new RecordingConsole();
    neighbour.run("bench", "--methods=hypnosis");
    RecordingConsole console = new RecordingConsole();
    assertThat(console.run("bench", "small-requests", "--base=" + base, "--methods=hypnosis"))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).isEqualTo(neighbour.err()).contains("hypnosis", "e2urec");
  }

  @Test
  void shouldAskForMoreRowsWhereARequestFindsTooFewSubjects() {
    RecordingConsole console = new RecordingConsole();
    assertThat(
            console.run(
                "bench",
                "small-requests",
                "--base=" + base,
                "--train-rows=60",
                "--out=" + directory.resolve("few")))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(console.err())
        .contains("subjects of 3 rows or more within 1")
        .endsWith("give more --train-rows, fewer --requests, or a lower --subject-rows-max.");
  }
}
