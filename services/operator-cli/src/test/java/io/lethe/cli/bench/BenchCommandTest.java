package io.lethe.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.RecordingConsole;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  @TempDir private static Path directory;

  private static Path base;
  private static Path out;
  private static JsonNode first;

  @BeforeAll
  static void compare() throws IOException {
    base = TinyBase.folder(directory);
    out = directory.resolve("out");
    first = bench(out);
  }

  private static JsonNode bench(Path folder) {
    RecordingConsole console = new RecordingConsole();
    int exitCode =
        console.run(
            "bench",
            "--protocol=made-up",
            "--base=" + base,
            "--train-rows=300",
            "--test-rows=80",
            "--valid-rows=60",
            "--epochs=2",
            "--steps=3",
            "--methods=e2urec,retrain",
            "--threads=1",
            "--out=" + folder,
            "--output=json");
    assertThat(exitCode).as(console.err()).isEqualTo(ExitCode.OK);
    return Json.parse(console.out(), "the result");
  }

  @Test
  void shouldGiveEveryFigureOfEveryMethodInTheOrderAskedFor() {
    assertThat(first.path("methods")).hasSize(2);
    assertThat(first.at("/methods/0/method").asText()).isEqualTo("e2urec");
    assertThat(first.at("/methods/1/method").asText()).isEqualTo("retrain");
    for (JsonNode method : first.path("methods")) {
      for (String figure :
          List.of(
              "auc",
              "logLoss",
              "residual",
              "jsd",
              "halfJeffreys",
              "l2",
              "mia",
              "seconds",
              "trainableParameters",
              "peakRssMiB")) {
        assertThat(method.path(figure).isNumber()).as(figure).isTrue();
      }
      assertThat(method.path("auc").asDouble()).isBetween(0.0, 1.0);
      assertThat(method.path("seconds").asDouble()).isPositive();
      assertThat(method.path("trainableParameters").asLong()).isPositive();
    }
    assertThat(first.at("/conditions/trainRows").asInt()).isBetween(250, 300);
    assertThat(first.at("/conditions/forgetRows").asInt()).isBetween(40, 75);
  }

  @Test
  void shouldTakeAllForTheNamesOfAllMethods() {
    RecordingConsole console = new RecordingConsole();
    assertThat(console.run("bench", "--methods=all", "--seeds=0")).isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).startsWith("lethe: --seeds is below 1");
    assertThat(console.run("bench", "--methods=all,e2urec")).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("there is no method all");
  }

  @Test
  void shouldTakeResidualsBetweenTheOriginalAndTheExactRetrain() {
    assertThat(first.at("/references/original/residual").asDouble()).isEqualTo(1);
    assertThat(first.at("/references/exact/residual").asDouble()).isZero();
    assertThat(first.at("/methods/1/residual").asDouble())
        .isEqualTo(first.path("floor").asDouble());
    assertThat(first.path("best").asText()).isEqualTo("e2urec");
  }

  @Test
  void shouldWriteTableFiguresAndPictures() throws IOException {
    assertThat(Files.readString(out.resolve("table.md")))
        .startsWith("| method | AUC |")
        .contains("| original (nothing forgotten) |", "| retrain, other seed (the floor) |");
    assertThat(Json.parse(Files.readString(out.resolve("results.json")), "results"))
        .isEqualTo(first);
    for (String name : List.of("utility-residual.png", "time-residual.png", "gate-bands.png")) {
      BufferedImage image = ImageIO.read(out.resolve(name).toFile());
      assertThat(image.getWidth()).as(name).isEqualTo(960);
    }
  }

  @Test
  void shouldGoOnWithTheFirstStepThatIsMissing(@TempDir Path other) throws IOException {
    Path folder = other.resolve("out");
    JsonNode whole = bench(folder);
    age(folder);
    Path method = only(folder.resolve("stages"), "method-e2urec");
    Files.delete(method);
    Path half = folder.resolve("stages/.half.json.unfinished");
    Files.writeString(half, "{\"method\":");
    Path broken = Files.createDirectories(folder.resolve("work/apa")).resolve("model");
    Files.writeString(broken, "half of it");
    JsonNode again = bench(folder);
    assertThat(figures(again)).isEqualTo(figures(whole));
    assertThat(method).exists();
    assertThat(broken).doesNotExist();
    assertThat(rewritten(folder)).containsExactly(folder.relativize(method).toString());
  }

  /** Figures by method, times and memory aside. */
  private static Map<String, Object> figures(JsonNode result) {
    Map<String, Object> figures = new TreeMap<>();
    for (JsonNode method : result.path("methods")) {
      for (String name : List.of("auc", "logLoss", "residual", "jsd", "mia", "ksPValue")) {
        figures.put(method.path("method").asText() + " " + name, method.path(name).asDouble());
      }
    }
    return figures;
  }

  private static final FileTime OLD = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  private static void age(Path folder) throws IOException {
    for (Path file : made(folder)) {
      Files.setLastModifiedTime(file, OLD);
    }
  }

  private static List<String> rewritten(Path folder) throws IOException {
    return made(folder).stream()
        .filter(file -> !age(file, OLD))
        .map(file -> folder.relativize(file).toString())
        .toList();
  }

  private static boolean age(Path file, FileTime wanted) {
    try {
      return Files.getLastModifiedTime(file).equals(wanted);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What finished steps left, whole files only. */
  private static List<Path> made(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(
              file ->
                  file.startsWith(folder.resolve("stages"))
                      || file.startsWith(folder.resolve("recommenders")))
          .toList();
    }
  }

  static Path only(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  @Test
  void shouldAttackAndDisturbWhereAskedTo(@TempDir Path other) throws IOException {
    RecordingConsole console = new RecordingConsole();
    int exitCode =
        console.run(
            "bench",
            "--base=" + base,
            "--train-rows=200",
            "--test-rows=40",
            "--valid-rows=40",
            "--epochs=1",
            "--steps=2",
            "--threads=1",
            "--shadows=2",
            "--probes",
            "--out=" + other.resolve("out"),
            "--output=json");
    assertThat(exitCode).as(console.err()).isEqualTo(ExitCode.OK);
    JsonNode result = Json.parse(console.out(), "the result");
    JsonNode method = result.at("/methods/0");
    for (String figure :
        List.of(
            "lira",
            "liraTprAt1Percent",
            "liraTprAt5Percent",
            "residualInt8",
            "residualParaphrase",
            "residualInContext",
            "residualRelearnUnrelated",
            "residualBeforeRelearnPart",
            "residualRelearnPart")) {
      assertThat(method.path(figure).isNumber()).as(figure).isTrue();
      assertThat(method.path(figure).asDouble()).as(figure).isNotNegative();
    }
    assertThat(method.path("residualInt8").asDouble())
        .isNotEqualTo(method.path("residual").asDouble());
    assertThat(result.at("/lira/exact/lira").asDouble()).isBetween(0.0, 1.0);
    try (Stream<Path> left = Files.list(other.resolve("out/work"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void shouldReplayACandidateToTheByte() {
    RecordingConsole console = new RecordingConsole();
    int exitCode =
        console.run(
            "replay", "--output=json", out + "/manifests/method-e2urec-seed-1-steps-3.json");
    JsonNode result = Json.parse(console.out(), "the result");
    assertThat(exitCode).isEqualTo(ExitCode.OK);
    assertThat(result.path("same").asBoolean()).isTrue();
    assertThat(result.path("adapterIdNow").asText())
        .hasSize(64)
        .isEqualTo(result.path("adapterId").asText());
  }

  @Test
  void shouldReplayTheRetrainToTheSameScores() {
    RecordingConsole console = new RecordingConsole();
    assertThat(console.run("replay", out + "/manifests/retrain-seed-2.json"))
        .isEqualTo(ExitCode.OK);
    assertThat(console.out()).isEqualTo("The same scores to the bit, from retrain.");
  }

  @Test
  void shouldTellWhereAReplayParts() throws IOException {
    Path manifest = out.resolve("manifests/method-e2urec-seed-1-steps-3.json");
    ObjectNode altered = (ObjectNode) Json.MAPPER.readTree(manifest.toFile());
    ObjectNode settings = (ObjectNode) altered.path("methodSettings");
    settings.put("learningRate", settings.path("learningRate").asDouble() * 2);
    Path copy = out.resolve("manifests/altered.json");
    Stages.writePretty(copy, altered);
    RecordingConsole console = new RecordingConsole();
    assertThat(console.run("replay", copy.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(console.out())
        .matches(
            "Not the same; the losses part at step 2; \\d+ tensors differ, the first encoder\\..*")
        .contains("scores of forget rows differ by");
  }

  @Test
  void shouldRefuseToReplayOtherRows(@TempDir Path other) throws IOException {
    Path manifest = out.resolve("manifests/method-e2urec-seed-1-steps-3.json");
    CandidateManifest read = Json.MAPPER.readValue(manifest.toFile(), CandidateManifest.class);
    Path rows = manifest.getParent().resolve(read.rowsFile()).normalize();
    Path altered = Files.createDirectories(out.resolve("rows")).resolve("altered.jsonl");
    Files.writeString(
        altered, Files.readString(rows).replaceFirst("\"liked\":true", "\"liked\":false"));
    Path copy = out.resolve("manifests/other-rows.json");
    Files.writeString(
        copy,
        Files.readString(manifest)
            .replace(read.rowsFile(), manifest.getParent().relativize(altered).toString()));
    RecordingConsole console = new RecordingConsole();
    assertThat(console.run("replay", copy.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err())
        .contains("the forget rows has digest")
        .endsWith("restore what the manifest names.");
  }

  @Test
  void shouldNameTheOptionWhenAProtocolHasNoData() {
    RecordingConsole console = new RecordingConsole();
    assertThat(console.run("bench", "--protocol=import")).isEqualTo(ExitCode.USAGE);
    assertThat(console.err()).isEqualTo("lethe: protocol import has no data; give --data FILE.");
  }

  @Test
  void shouldNameTheMethodsWhenOneIsUnknown() {
    RecordingConsole console = new RecordingConsole();
    assertThat(console.run("bench", "--methods=hypnosis")).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("hypnosis", "e2urec");
  }
}
