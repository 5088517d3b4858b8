package io.lethe.cli.replay;

import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.bench.BenchCommand;
import io.lethe.cli.bench.CandidateManifest;
import io.lethe.cli.bench.MethodInputs;
import io.lethe.cli.bench.PhaseDisplay;
import io.lethe.cli.bench.SavedRows;
import io.lethe.cli.bench.Scoring;
import io.lethe.cli.bench.Stages;
import io.lethe.engine.AdapterDifference;
import io.lethe.engine.AdapterFolder;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.Recommender;
import io.lethe.engine.method.MethodOutcome;
import io.lethe.engine.method.MethodRunner;
import io.lethe.engine.model.ReadStates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes a candidate again from its manifest and holds it against the first one. */
final class Replay {
  private final Console console;
  private final CandidateManifest manifest;
  private final Path folder;
  private final Path workFolder;

  /**
   * @param folder the manifest's own
   * @param workFolder for what methods train anew; removed by the caller
   */
  Replay(Console console, CandidateManifest manifest, Path folder, Path workFolder) {
    this.console = console;
    this.manifest = manifest;
    this.folder = folder;
    this.workFolder = workFolder;
  }

  ReplayResult run() {
    SavedRows rows = SavedRows.read(resolved(manifest.rowsFile()));
    requireSameRows(rows.digests());
    EngineSettings engine =
        EngineSettings.defaults()
            // As the comparison read prompts, each alone.
            .withReadStates(new ReadStates(BenchCommand.READ_PROMPTS_MAX))
            .withThreads(manifest.threads())
            .withPrecision(manifest.precision())
            .withDevice(manifest.device());
    Path recommenderFolder = resolved(manifest.recommenderFolder());
    requireFolder("the recommender", recommenderFolder);
    MethodInputs inputs =
        new MethodInputs(
            manifest.method(),
            rows,
            resolved(manifest.baseFolder()),
            manifest.tuneSettings(),
            manifest.tuneSeed(),
            manifest.unlearningSettings(),
            manifest.methodSettings(),
            engine,
            workFolder,
            manifest.seed());
    try (Recommender original = Recommender.load(recommenderFolder, engine);
        PhaseDisplay display = new PhaseDisplay(console, "replay of " + manifest.method())) {
      requireSame("the recommender", manifest.recommenderDigest(), original.digest());
      requireSame("the order of the rows", manifest.orderDigest(), inputs.orderDigest(original));
      try (MethodOutcome outcome =
          MethodRunner.run(manifest.method(), inputs.engineInputs(original, display))) {
        List<Example> forget = rows.forget().stream().map(row -> row.example()).toList();
        float[] scores = Scoring.score("forget rows", outcome.unlearned()::score, forget, display);
        return compared(outcome, scores);
      }
    }
  }

  private ReplayResult compared(MethodOutcome outcome, float[] scores) {
    String id = null;
    Optional<AdapterDifference> difference = Optional.empty();
    if (manifest.adapterId() != null) {
      id = AdapterFolder.idOf(outcome.candidate());
      difference =
          AdapterDifference.between(resolved(manifest.adapterFolder()), outcome.candidate());
    }
    return new ReplayResult(
        manifest.method(),
        manifest.adapterId(),
        id,
        firstPart(manifest.losses(), outcome.record().losses()),
        difference.map(AdapterDifference::firstTensor).orElse(null),
        difference.map(AdapterDifference::tensors).orElse(0),
        difference.map(AdapterDifference::largest).orElse(0.0),
        largestDifference(manifest.forgetScores(), scores));
  }

  /** First step, from 1, whose losses differ; 0 where none do or none were kept. */
  private static int firstPart(List<Double> before, List<Double> now) {
    for (int step = 0; step < Math.min(before.size(), now.size()); step++) {
      if (!before.get(step).equals(now.get(step))) {
        return step + 1;
      }
    }
    return before.isEmpty() || before.size() == now.size()
        ? 0
        : Math.min(before.size(), now.size()) + 1;
  }

  private static double largestDifference(float[] before, float[] now) {
    double largest = before.length == now.length ? 0 : Double.POSITIVE_INFINITY;
    for (int row = 0; row < Math.min(before.length, now.length); row++) {
      if (Float.compare(before[row], now[row]) != 0) {
        double distance = Math.abs((double) before[row] - now[row]);
        largest = Double.isNaN(distance) ? Double.POSITIVE_INFINITY : Math.max(largest, distance);
      }
    }
    return largest;
  }

  private Path resolved(String path) {
    return folder.resolve(path).normalize();
  }

  private void requireSameRows(Map<String, String> found) {
    new TreeMap<>(manifest.dataDigests())
        .forEach((part, digest) -> requireSame("the " + part + " rows", digest, found.get(part)));
  }

  private static void requireSame(String what, String wanted, String found) {
    if (!wanted.equals(found)) {
      throw new CliException(
          what
              + " has digest "
              + found
              + ", but the manifest names "
              + wanted
              + ", so there is nothing to replay",
          "restore what the manifest names");
    }
  }

  private static void requireFolder(String what, Path path) {
    if (!Files.isDirectory(path)) {
      throw new CliException(
          what + " is not at " + path, "keep it beside the manifest, or run the bench again");
    }
  }

  /** Reads a manifest of a format this version knows. */
  static CandidateManifest read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new CliException("there is no " + file, "give a manifest that the bench wrote");
    }
    CandidateManifest manifest = Stages.read(file, CandidateManifest.class);
    if (!CandidateManifest.FORMAT.equals(manifest.format())) {
      throw new CliException(
          file + " is not of format " + CandidateManifest.FORMAT,
          "replay it with the version that wrote it");
    }
    return manifest;
  }
}
