package io.lethe.cli.bench;

import io.lethe.engine.Recommender;
import io.lethe.engine.StoredAdapter;
import java.nio.file.Path;
import java.util.List;

/** Writes what made each candidate. */
final class Manifests {
  private final BenchFolder folder;
  private final Recommender original;
  private final Path originalFolder;
  private final String baseDigest;

  /** What a run did. */
  record Done(int stepsTaken, int stepKept, List<Double> losses, float[] forgetScores) {}

  Manifests(BenchFolder folder, Recommender original, Path originalFolder, String baseDigest) {
    this.folder = folder;
    this.original = original;
    this.originalFolder = originalFolder;
    this.baseDigest = baseDigest;
  }

  /**
   * Writes a manifest, and the rows it names where nobody did.
   *
   * @param adapter what was made, or null where the method trains anew
   * @return the file's name
   */
  String write(String name, MethodInputs inputs, Done done, StoredAdapter adapter) {
    Path file = folder.manifests().resolve(name + ".json");
    Path rowsFile = folder.rowsFile(inputs.rows());
    inputs.rows().write(rowsFile);
    Stages.writePretty(
        file,
        new CandidateManifest(
            CandidateManifest.FORMAT,
            inputs.method(),
            folder.fromManifests(inputs.base()),
            baseDigest,
            folder.fromManifests(originalFolder),
            original.digest(),
            null,
            folder.fromManifests(rowsFile),
            inputs.rows().digests(),
            inputs.orderDigest(original),
            inputs.seed(),
            inputs.tuneSeed(),
            inputs.tuning(),
            inputs.unlearning(),
            inputs.settings(),
            inputs.engine().precision(),
            inputs.engine().threads(),
            inputs.engine().device(),
            done.stepsTaken(),
            done.stepKept(),
            done.losses(),
            adapter == null ? null : adapter.id(),
            adapter == null ? null : folder.fromManifests(adapter.folder()),
            done.forgetScores()));
    return file.getFileName().toString();
  }
}
