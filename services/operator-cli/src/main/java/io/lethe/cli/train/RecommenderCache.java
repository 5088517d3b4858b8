package io.lethe.cli.train;

import io.lethe.cli.CliException;
import io.lethe.cli.data.Dataset;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.schemas.sample.SampleRule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Tuned recommenders by what they were tuned from, so that the same is never tuned twice.
 *
 * @param root a folder per recommender, named by its key
 */
public record RecommenderCache(Path root) {
  private static final int KEY_DIGITS = 24;
  private static final String COMPLETE_FILE = "recommender.json";

  /** Tunes into the folder it is given, which does not exist yet. */
  @FunctionalInterface
  public interface Tuning {
    void tuneInto(Path folder) throws IOException;
  }

  /**
   * The key of a tuning: hex digits of a SHA-256 over everything that shapes its result.
   *
   * @param erasedIds examples masked out of their places
   */
  public static String key(
      Dataset dataset,
      SampleRule rule,
      TuneSettings settings,
      long seed,
      Path baseFolder,
      Set<String> erasedIds) {
    MessageDigest digest = sha256();
    for (Object part :
        new Object[] {
          dataset.digest(), rule, settings, seed, digestOf(baseFolder), new TreeSet<>(erasedIds)
        }) {
      digest.update((part + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, KEY_DIGITS);
  }

  /** The recommender of that key, if it was tuned before. */
  public Optional<Path> find(String key) {
    Path folder = root.resolve(key);
    return Files.isRegularFile(folder.resolve(COMPLETE_FILE))
        ? Optional.of(folder)
        : Optional.empty();
  }

  /** Tunes into a folder of another name and gives it its name when it is whole. */
  public Path put(String key, Tuning tuning) {
    Path unfinished = root.resolve("." + key + ".unfinished");
    Path folder = root.resolve(key);
    try {
      Files.createDirectories(root);
      delete(unfinished);
      tuning.tuneInto(unfinished);
      delete(folder);
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
      return folder;
    } catch (IOException failure) {
      throw new CliException(
          "the recommender cannot be kept in " + root + " (" + failure.getMessage() + ")",
          "free some disk space or choose another --data-dir",
          failure);
    }
  }

  private static String digestOf(Path baseFolder) {
    MessageDigest digest = sha256();
    List<Path> files = new ArrayList<>();
    files.add(baseFolder.resolve(HuggingFaceFolder.CONFIGURATION));
    files.addAll(HuggingFaceFolder.weightFiles(baseFolder));
    files.add(baseFolder.resolve(HuggingFaceFolder.TOKENIZER));
    for (Path file : files) {
      try (InputStream content = new DigestInputStream(Files.newInputStream(file), digest)) {
        content.transferTo(java.io.OutputStream.nullOutputStream());
      } catch (IOException missing) {
        throw new CliException(
            "the base " + baseFolder + " has no readable " + file.getFileName(),
            "give --base a Hugging Face folder with config.json, tokenizer.json and"
                + " model.safetensors or the shards of model.safetensors.index.json",
            missing);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.sorted(java.util.Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
