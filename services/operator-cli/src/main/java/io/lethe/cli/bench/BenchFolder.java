package io.lethe.cli.bench;

import java.nio.file.Path;

/**
 * Where a comparison keeps what it makes.
 *
 * @param root the folder given with {@code --out}
 */
record BenchFolder(Path root) {
  BenchFolder {
    root = root.toAbsolutePath().normalize();
  }

  Stages stages() {
    return new Stages(root.resolve("stages"));
  }

  Path recommenders() {
    return root.resolve("recommenders");
  }

  Path adapters() {
    return root.resolve("adapters");
  }

  Path manifests() {
    return root.resolve("manifests");
  }

  /** What methods that train anew write while they run. */
  Path work() {
    return root.resolve("work");
  }

  Path rowsFile(SavedRows rows) {
    return root.resolve("rows").resolve(Stages.key(rows.digests()) + ".jsonl");
  }

  Path results() {
    return root.resolve("results.json");
  }

  Path table() {
    return root.resolve("table.md");
  }

  /** A path as manifests name it, so that the folder can be moved. */
  String fromManifests(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(root)
        ? manifests().relativize(absolute).toString()
        : absolute.toString();
  }
}
