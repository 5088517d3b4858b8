package io.lethe.cli.dev;

import io.lethe.cli.CliException;
import io.lethe.schemas.sign.VersionKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;

/** The key pair of a development stack's catalog: it signs versions, and servers verify them. */
public final class CatalogKey {
  private static final String OWNER_ONLY = "rw-------";

  private CatalogKey() {}

  /** Makes the directory's key pair where it is missing. */
  public static void create(DataDirectory directory) {
    Path publicFile = directory.catalogPublicKeyFile();
    if (Files.exists(publicFile)) {
      return;
    }
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      write(directory.catalogKeyFile(), VersionKeys.pem(pair.getPrivate()), OWNER_ONLY);
      // Last, so that whoever finds it finds the private half too.
      write(publicFile, VersionKeys.pem(pair.getPublic()), "rw-r--r--");
    } catch (IOException | GeneralSecurityException failure) {
      throw new CliException(
          "the catalog's key cannot be made (" + failure.getClass().getSimpleName() + ")",
          "choose a --data-dir that you may write to",
          failure);
    }
  }

  /**
   * The private half of the directory's key pair, which must be there.
   *
   * @throws CliException when it is not usable
   */
  public static PrivateKey open(DataDirectory directory) {
    try {
      return VersionKeys.privateKey(directory.catalogKeyFile());
    } catch (IllegalArgumentException | UncheckedIOException unusable) {
      throw new CliException(
          "the catalog's key " + directory.catalogKeyFile() + " is not usable",
          "remove it and " + directory.catalogPublicKeyFile() + "; the next start makes new ones",
          unusable);
    }
  }

  private static void write(Path file, String pem, String rights) throws IOException {
    Path unfinished = file.resolveSibling("." + file.getFileName() + ".unfinished");
    Files.deleteIfExists(unfinished);
    // Made with its final rights, so that nobody can open it in between.
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          unfinished,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights)));
    } else {
      Files.createFile(unfinished);
    }
    Files.writeString(unfinished, pem);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
