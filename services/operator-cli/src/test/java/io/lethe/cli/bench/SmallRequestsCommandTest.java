package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
        run(
                folder,
                "--requests=4",
                "--probes",
                "--shadows=4",
                "--methods=influence,optimum,e2urec,neggrad,retrain,policy")
            .out(),
        "result");
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
        .containsExactly("influence", "optimum", "e2urec", "neggrad", "retrain", "policy");
    for (JsonNode method : first.path("methods")) {
      for (String key :
          List.of(
              "residualMean",
              "residualMax",
              "collateral",
              "towardShare",
              "aucDelta",
              "mia",
              "lira")) {
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
    JsonNode retrain = first.at("/methods/4");
    assertThat(retrain.path("residualMean").asDouble()).isEqualTo(first.path("floor").asDouble());
  }

  @Test
  void shouldHoldTheLikelihoodRatioAttackAgainstThatOnExactRetrains() {
    assertThat(first.path("liraOriginal").asDouble()).isBetween(0.0, 1.0);
    assertThat(first.at("/methods/4/lira").asDouble())
        .as("the retrain with another seed, where tuning has one outcome")
        .isCloseTo(first.path("liraExact").asDouble(), within(1e-3));
    assertThat(first.path("liraOriginal").asDouble())
        .as("what was tuned on stands out from what was not")
        .isGreaterThan(first.path("liraExact").asDouble());
  }

  @Test
  void shouldDisturbWhatWasReleased() {
    for (String method : List.of("/methods/0", "/methods/1")) {
      JsonNode disturbed = first.at(method);
      assertThat(disturbed.path("residualGrowthInt8Max").isNumber()).as(method).isTrue();
      assertThat(disturbed.path("relearning")).as(method).hasSize(4);
      for (JsonNode way : disturbed.path("relearning")) {
        assertThat(way.path("residualGrowthMax").isNumber()).as(method).isTrue();
        assertThat(way.path("moved").asDouble()).as(method).isPositive();
      }
    }
    JsonNode optimum = first.at("/methods/1/requests/3/probes/0");
    assertThat(optimum.path("plain").asDouble())
        .isCloseTo(first.at("/methods/1/requests/3/residual").asDouble(), within(0.02));
  }

  @Test
  void shouldLetThePolicyReleaseWhatTheGatesLetPass() {
    JsonNode policy = first.at("/methods/5");
    for (int request = 0; request < 4; request++) {
      JsonNode met = policy.path("requests").path(request);
      List<String> tried = new ArrayList<>();
      met.at("/tried/0").forEach(name -> tried.add(name.asText()));
      List<String> order = List.of("influence", "optimum", "e2urec", "retrain");
      assertThat(tried).isEqualTo(order.subList(0, tried.size()));
      double millis = 0;
      for (int method = 0; method < Math.min(3, tried.size()); method++) {
        JsonNode own = first.at("/methods/" + method).path("requests").path(request);
        boolean last = method == tried.size() - 1;
        assertThat(own.path("refusedBy").isEmpty()).isEqualTo(last);
        if (last) {
          assertThat(met.path("residual")).isEqualTo(own.path("residual"));
        }
        millis += own.path("millis").asDouble();
      }
      assertThat(met.path("millis").asDouble()).isGreaterThanOrEqualTo(millis);
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
        run(
            folder,
            "--requests=4",
            "--probes",
            "--shadows=4",
            "--methods=influence,optimum,e2urec,neggrad,retrain,policy");
    assertThat(console.err()).contains("neggrad").doesNotContain("retrain with seed", "original,");
    assertThat(stages(folder)).isEqualTo(before);
    JsonNode again = Json.parse(console.out(), "result");
    assertThat(again.path("signals")).isEqualTo(whole.path("signals"));
    for (int method = 0; method < 5; method++) {
      assertThat(again.path("methods").path(method).path("residualMean"))
          .isEqualTo(whole.path("methods").path(method).path("residualMean"));
    }
  }

  @Test
  void shouldShareARetrainBetweenNeighbouringSeeds(@TempDir Path other) throws IOException {
    Path folder = other.resolve("out");
    JsonNode result =
        Json.parse(
            run(folder, "--requests=1", "--seeds=2", "--shadows=0", "--methods=retrain").out(),
            "result");
    assertThat(result.at("/methods/0/requests")).hasSize(1);
    assertThat(result.at("/methods/0/residualMean").asDouble())
        .isEqualTo(result.path("floor").asDouble());
    assertThat(stages(folder))
        .extracting(file -> file.getFileName().toString().replaceFirst("-[0-9a-f]{16}.json", ""))
        .containsExactly(
            "original-seed-1",
            "original-seed-2",
            "retrained-seed-1",
            "retrained-seed-2",
            "retrained-seed-3");
  }

  private static List<Path> stages(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("stages"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void shouldContinueWhatWasReleasedForTheRequestBefore(@TempDir Path other) throws IOException {
    Path folder = other.resolve("out");
    String[] options = {"--sequence", "--requests=3", "--methods=e2urec,retrain,policy"};
    JsonNode result = Json.parse(run(folder, options).out(), "result");
    assertThat(result.path("requests").findValuesAsText("subjects")).containsExactly("1", "2", "4");
    for (JsonNode method : result.path("methods")) {
      for (String key : List.of("worstResidual", "worstEarlierResidual")) {
        assertThat(method.path(key).isNumber()).as(key).isTrue();
      }
      assertThat(method.path("lastTenOverFirstTenMillis").asDouble()).isPositive();
      assertThat(method.path("checkpoints").findValuesAsText("request")).containsExactly("1", "3");
      for (JsonNode checkpoint : method.path("checkpoints")) {
        for (String key :
            List.of(
                "rows",
                "signal",
                "floor",
                "residual",
                "worstEarlierResidual",
                "auc",
                "aucExact",
                "collateral")) {
          assertThat(checkpoint.path(key).isNumber()).as(key).isTrue();
        }
        assertThat(checkpoint.path("worstEarlierResidual").asDouble())
            .isGreaterThanOrEqualTo(checkpoint.path("residual").asDouble() - 1e-9);
      }
    }
    assertThat(result.at("/methods/0/millis")).hasSize(3);
    assertThat(result.at("/methods/1/millis")).as("at checkpoints alone").hasSize(2);
    assertThat(result.at("/methods/2/tried")).hasSize(3);
    RecordingConsole again = run(folder, options);
    assertThat(Json.parse(again.out(), "result").path("methods")).isEqualTo(result.path("methods"));
    assertThat(parents(folder)).hasSizeGreaterThanOrEqualTo(2).doesNotContainNull();
  }

  /** Parents that the adapters of a sequence name, those that have one. */
  private static List<String> parents(Path folder) throws IOException {
    List<String> parents = new ArrayList<>();
    try (Stream<Path> adapters = Files.list(folder.resolve("adapters"))) {
      for (Path adapter : adapters.toList()) {
        String manifest = Files.readString(adapter.resolve("manifest.json"));
        JsonNode parent = Json.parse(manifest, "manifest").path("parentAdapterId");
        if (parent.isTextual()) {
          parents.add(parent.asText());
          assertThat(folder.resolve("adapters").resolve(parent.asText())).isDirectory();
        }
      }
    }
    return parents;
  }

  @Test
  void shouldNameTheRemedyOfAnOptionThatMakesNoSense() {
    refused("--requests=0", "lethe: --requests is below 1; give for example 12.");
    refused("--seeds=0", "lethe: --seeds is below 1; give for example 1.");
    refused("--steps=0", "lethe: --steps is below 1; give for example 100.");
    refused("--train-rows=-1", "lethe: a number of rows is below 0; give 0 for all.");
    refused(
        List.of("--sequence", "--methods=e2urec,sisa"),
        "lethe: --sequence has no line of adapters for a method that trains shards; leave out"
            + " sisa, receraser and apa.");
    refused(
        "--subject-rows-max=2",
        "lethe: --subject-rows-max is below 3; give for example 30, or leave it out for no limit.");
  }

  private static void refused(String option, String error) {
    refused(List.of(option), error);
  }

  private static void refused(List<String> options, String error) {
    RecordingConsole console = new RecordingConsole();
    List<String> arguments = new ArrayList<>(List.of("bench", "small-requests", "--base=" + base));
    arguments.addAll(options);
    assertThat(console.run(arguments.toArray(String[]::new))).isEqualTo(ExitCode.USAGE);
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
        .containsPattern("request \\d finds no \\d subjects? of 3 rows or more each and 1\\d rows")
        .endsWith("give more --train-rows, fewer --requests, or a lower --subject-rows-max.");
  }
}
