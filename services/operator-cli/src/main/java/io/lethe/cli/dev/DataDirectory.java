package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The folder a development stack lives in. Everything in it may hold personal data, so only its
 * owner may look.
 *
 * @param root absolute
 */
public record DataDirectory(Path root) {
  /** Less than this and the broker would soon stop in the middle of a write. */
  static final long FREE_BYTES_MIN = 1024L * 1024 * 1024;

  private static final long MEBIBYTE = 1024L * 1024;

  public DataDirectory {
    root = root.toAbsolutePath().normalize();
  }

  /** Makes the folders, and checks that the disk has room. */
  public DataDirectory create() {
    return create(path -> path.toFile().getUsableSpace());
  }

  /**
   * As {@link #create}, after removing everything but tuned recommenders.
   *
   * @throws CliException when a stack runs on the folder
   */
  public DataDirectory createAfresh() {
    create();
    try (DirectoryLock lock = DirectoryLock.acquire(this);
        Stream<Path> entries = Files.list(root)) {
      for (Path entry : entries.filter(one -> !one.equals(recommenders())).toList()) {
        deleteAll(entry);
      }
    } catch (IOException failure) {
      throw new CliException(
          root + " cannot be cleared (" + failure.getMessage() + ")",
          "remove it by hand or choose another --data-dir",
          failure);
    }
    return create();
  }

  private static void deleteAll(Path path) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(path)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : paths) {
      Files.deleteIfExists(one);
    }
  }

  DataDirectory create(ToLongFunction<Path> usableBytes) {
    try {
      if (!Files.isDirectory(root)) {
        Files.createDirectories(root);
        if (root.getFileSystem().supportedFileAttributeViews().contains("posix")) {
          Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        }
      }
      for (Path folder : new Path[] {kafka(), registry(), logs(), artefacts(), recommenders()}) {
        Files.createDirectories(folder);
      }
    } catch (FileAlreadyExistsException file) {
      throw new CliException(root + " is a file", "choose another --data-dir", file);
    } catch (IOException failure) {
      throw new CliException(
          root + " cannot be made (" + failure.getClass().getSimpleName() + ")",
          "choose a --data-dir that you may write to",
          failure);
    }
    long free = usableBytes.applyAsLong(root);
    if (free < FREE_BYTES_MIN) {
      throw new CliException(
          "the disk of " + root + " has " + free / MEBIBYTE + " MiB left",
          "free at least " + FREE_BYTES_MIN / MEBIBYTE + " MiB or choose another --data-dir");
    }
    return this;
  }

  public Path kafka() {
    return root.resolve("kafka");
  }

  public Path registry() {
    return root.resolve("registry");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** Adapters by content address. */
  public Path artefacts() {
    return root.resolve("artefacts");
  }

  /** Tuned recommenders, a folder each, named by what they were tuned from. */
  public Path recommenders() {
    return root.resolve("recommenders");
  }

  /** Which recommender is served, and by which rule it was tuned. */
  public Path modelFile() {
    return root.resolve("model.json");
  }

  public Path pseudonymKeyFile() {
    return root.resolve("pseudonym.key");
  }

  /** The key pair that stands in for an identity provider. */
  public Path accessKeyFile() {
    return root.resolve("access-key.jwk");
  }

  /** The key that the catalog signs versions with. */
  public Path catalogKeyFile() {
    return root.resolve("catalog-key.pem");
  }

  /** Its public half, by which servers know the catalog's versions. */
  public Path catalogPublicKeyFile() {
    return root.resolve("catalog-key.pub.pem");
  }

  /** The keys that samples of requests lie sealed under until the requests are complete. */
  public Path dataKeys() {
    return root.resolve("data-keys");
  }

  /** What runs, where: written by start-dev, read by the other commands. */
  public Path stateFile() {
    return root.resolve("state.json");
  }

  /** The ledger's public key as last seen, so that receipts are verified without the ledger. */
  public Path ledgerPublicKeyFile() {
    return root.resolve("ledger-public-key.json");
  }

  /** A service's own files. */
  public Path service(String name) {
    return root.resolve("services").resolve(name);
  }
}
