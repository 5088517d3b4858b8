package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Random;
import java.util.Set;

/** The key that links accounts to pseudonyms, made on first use in development. */
public final class PseudonymKey {
  private static final int KEY_BYTES = 32;

  private PseudonymKey() {}

  /**
   * The directory's pseudonymizer; its key file is created with rights for its owner alone where it
   * is missing.
   */
  public static SubjectPseudonymizer openOrCreate(DataDirectory directory) {
    Path file = directory.pseudonymKeyFile();
    try {
      if (!Files.exists(file)) {
        create(file);
      }
      return SubjectPseudonymizer.fromKeyFile(file);
    } catch (IOException | UncheckedIOException | IllegalArgumentException failure) {
      throw new CliException(
          "the pseudonym key " + file + " is not usable (" + failure.getMessage() + ")",
          "restore it from its backup; without it no imported account can be found again",
          failure);
    }
  }

  /**
   * Gives a fresh directory a key that follows from a seed, so that a demonstration draws the same
   * samples each time. Such a key protects nobody.
   */
  public static void createForDemonstration(DataDirectory directory, long seed) {
    byte[] key = new byte[KEY_BYTES];
    new Random(seed).nextBytes(key);
    try {
      create(directory.pseudonymKeyFile(), key);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void create(Path file) throws IOException {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    create(file, key);
  }

  private static void create(Path file, byte[] key) throws IOException {
    Set<PosixFilePermission> ownerOnly = PosixFilePermissions.fromString("rw-------");
    try {
      // Made with its final rights, so that nobody can open it in between.
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly));
      } else {
        Files.createFile(file);
      }
    } catch (FileAlreadyExistsException other) {
      // Another command made it at the same moment; its key stands.
      return;
    }
    Files.writeString(file, Base64.getEncoder().encodeToString(key) + "\n");
  }
}
