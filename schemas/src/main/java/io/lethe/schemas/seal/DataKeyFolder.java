package io.lethe.schemas.seal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Data keys in a folder that only its owner may open, shared by the services that seal and open. A
 * file holds the keys of many requests, drawn and made durable at once, so that a request costs no
 * write to disk; a key is destroyed by overwriting it in place, and a file goes with its last key.
 *
 * <p>The folder must not be backed up longer than what was erased may be restored from the backup.
 * Safe for use by many threads, and by many processes at once.
 */
public final class DataKeyFolder implements DataKeys {
  /** Keys in a file: a process that ends abruptly leaves at most so many that nobody uses. */
  static final int KEYS_PER_FILE = 1024;

  private static final int FILE_BYTES = KEYS_PER_FILE * DataKey.KEY_BYTES;
  private static final String SUFFIX = ".keys";
  private static final Pattern ID = Pattern.compile("([0-9a-f-]{36})\\.([0-9]{1,4})");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private static final Set<PosixFilePermission> OWNER_MAY_WRITE =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path folder;
  private final SecureRandom random = new SecureRandom();
  private String current;
  private byte[] keys;
  private int used;

  private DataKeyFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens the folder, which is made where it is missing.
   *
   * @throws IllegalArgumentException when others may open it, or it cannot be made
   */
  public static DataKeyFolder open(Path folder) {
    try {
      boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder.toAbsolutePath().getParent());
        if (posix) {
          Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } else {
          Files.createDirectories(folder);
        }
      }
      if (posix && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(folder))) {
        throw new IllegalArgumentException(
            "lethe.data-key-folder "
                + folder
                + " is open to others; close it with: chmod 700 "
                + folder);
      }
    } catch (IOException failure) {
      throw new IllegalArgumentException(
          "lethe.data-key-folder "
              + folder
              + " cannot be made or read; name a folder that this process may write to",
          failure);
    }
    return new DataKeyFolder(folder);
  }

  @Override
  public synchronized DataKey create() {
    if (keys == null || used == KEYS_PER_FILE) {
      begin();
    }
    int number = used++;
    byte[] key = new byte[DataKey.KEY_BYTES];
    System.arraycopy(keys, number * DataKey.KEY_BYTES, key, 0, key.length);
    return new DataKey(current + '.' + number, key);
  }

  @Override
  public Optional<DataKey> find(String id) {
    Place place = Place.of(folder, id);
    try (FileChannel file = FileChannel.open(place.file(), StandardOpenOption.READ)) {
      ByteBuffer key = ByteBuffer.allocate(DataKey.KEY_BYTES);
      readFully(file, key, place.offset());
      return isDestroyed(key.array())
          ? Optional.empty()
          : Optional.of(new DataKey(id, key.array()));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException failure) {
      throw unusable("read", failure);
    }
  }

  @Override
  public void destroy(String id) {
    Place place = Place.of(folder, id);
    destroy(place.file(), place.offset(), DataKey.KEY_BYTES);
  }

  /** Destroys the keys that were drawn but given to nobody, so that the file can go one day. */
  @Override
  public synchronized void close() {
    if (keys != null && used < KEYS_PER_FILE) {
      int offset = used * DataKey.KEY_BYTES;
      destroy(folder.resolve(current + SUFFIX), offset, FILE_BYTES - offset);
    }
    keys = null;
  }

  private void destroy(Path path, int offset, int length) {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(length);
      while (zeros.hasRemaining()) {
        file.write(zeros, offset + zeros.position());
      }
      file.force(false);
      ByteBuffer all = ByteBuffer.allocate(FILE_BYTES);
      readFully(file, all, 0);
      if (isDestroyed(all.array())) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException gone) {
      return;
    } catch (IOException failure) {
      throw unusable("destroyed", failure);
    }
  }

  private void begin() {
    byte[] drawn = new byte[FILE_BYTES];
    random.nextBytes(drawn);
    String name = UUID.randomUUID().toString();
    Path temporary = folder.resolve(name + ".tmp");
    try {
      // Made with its final rights, so that nobody can open it in between.
      try (FileChannel file =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              isPosix()
                  ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_MAY_WRITE)}
                  : new FileAttribute<?>[0])) {
        ByteBuffer rest = ByteBuffer.wrap(drawn);
        while (rest.hasRemaining()) {
          file.write(rest);
        }
        file.force(true);
      }
      Files.move(temporary, folder.resolve(name + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
      forceFolder();
    } catch (IOException failure) {
      throw unusable("written", failure);
    }
    current = name;
    keys = drawn;
    used = 0;
  }

  /** Without it the file's name could be lost with the power, and every key in it. */
  private void forceFolder() throws IOException {
    if (isPosix()) {
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  private boolean isPosix() {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private UncheckedIOException unusable(String action, IOException failure) {
    return new UncheckedIOException(
        "The data keys in "
            + folder
            + " cannot be "
            + action
            + "; see that lethe.data-key-folder is mounted, writable and has space",
        failure);
  }

  private static void readFully(FileChannel file, ByteBuffer into, int offset) throws IOException {
    while (into.hasRemaining()) {
      if (file.read(into, offset + into.position()) < 0) {
        throw new IOException("a file of keys ends early");
      }
    }
  }

  private static boolean isDestroyed(byte[] bytes) {
    int any = 0;
    for (byte one : bytes) {
      any |= one;
    }
    return any == 0;
  }

  /** Where a key lies. */
  private record Place(Path file, int offset) {
    static Place of(Path folder, String id) {
      Matcher parts = ID.matcher(id);
      if (!parts.matches() || Integer.parseInt(parts.group(2)) >= KEYS_PER_FILE) {
        throw new SerializationException(
            "keyId must be a UUID, a dot and a number below "
                + KEYS_PER_FILE
                + "; got "
                + id.length()
                + " characters.");
      }
      return new Place(
          folder.resolve(parts.group(1) + SUFFIX),
          Integer.parseInt(parts.group(2)) * DataKey.KEY_BYTES);
    }
  }
}
