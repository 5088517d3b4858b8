package io.lethe.engine;

import io.lethe.engine.checkpoint.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Content-addressed adapters in a local folder. Storing is atomic and idempotent: the same adapter
 * twice is one folder.
 */
public final class AdapterStore {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  /** What is being removed has no adapter's name any more, so that nobody loads half of it. */
  private static final String REMOVED = ".old-";

  private final Path root;
  private final Clock clock;

  public AdapterStore(Path root) {
    this(root, Clock.systemUTC());
  }

  AdapterStore(Path root, Clock clock) {
    this.root = root;
    this.clock = clock;
  }

  /** Stores a candidate under its id; once this returns the files are on disk. */
  public StoredAdapter put(Candidate candidate) {
    AdapterFolder.Encoded encoded = AdapterFolder.encode(candidate);
    Path folder = root.resolve(encoded.id());
    if (!touch(folder)) {
      Folders.create(folder, encoded::write);
    }
    return new StoredAdapter(encoded.id(), folder.toUri(), folder);
  }

  /** The adapter of this id. Fails with an {@link EngineException} where the store holds none. */
  public StoredAdapter get(String id) {
    if (!ID.matcher(id).matches()) {
      throw new EngineException("an adapter id is 64 hexadecimal digits in lower case");
    }
    Path folder = root.resolve(id);
    if (!Files.isDirectory(folder)) {
      throw new EngineException(
          "the adapter store holds no " + id + "; check that worker and server share one store");
    }
    return new StoredAdapter(id, folder.toUri(), folder);
  }

  /**
   * Removes adapters of a recommender that nobody needs any more, and what was begun and never
   * finished. Several processes may do so at once, while others store and load.
   *
   * @param recommenderDigest adapters of other recommenders stay
   * @param inUse adapters that stay however old they are, by their ids
   * @param storedBefore what was stored then or later stays
   * @return the ids of what was removed
   */
  public List<String> removeUnused(
      String recommenderDigest, Predicate<String> inUse, Instant storedBefore) {
    List<String> removed = new ArrayList<>();
    if (!Files.isDirectory(root)) {
      return removed;
    }
    for (Path entry : Folders.files(root)) {
      String name = entry.getFileName().toString();
      if (name.startsWith(Folders.UNFINISHED) || name.startsWith(REMOVED)) {
        if (isOlder(entry, storedBefore)) {
          Folders.delete(entry);
        }
      } else if (ID.matcher(name).matches()
          && !inUse.test(name)
          && isOlder(entry, storedBefore)
          && recommenderDigest.equals(AdapterFolder.recommenderDigest(entry))
          && remove(entry, storedBefore)) {
        removed.add(name);
      }
    }
    return removed;
  }

  private boolean remove(Path folder, Instant storedBefore) {
    Path doomed = folder.resolveSibling(REMOVED + folder.getFileName());
    if (!move(folder, doomed)) {
      return false;
    }
    // Whoever stored it again just now was told that it is there.
    if (!isOlder(doomed, storedBefore) && move(doomed, folder)) {
      return false;
    }
    Folders.delete(doomed);
    return true;
  }

  /** True when moved; false when somebody else was there first. */
  private static boolean move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException | FileAlreadyExistsException | DirectoryNotEmptyException first) {
      return false;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static boolean isOlder(Path folder, Instant limit) {
    try {
      return Files.getLastModifiedTime(folder).toInstant().isBefore(limit);
    } catch (NoSuchFileException removed) {
      return false;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Makes a stored adapter as young as a new one; false where there is none. */
  private boolean touch(Path folder) {
    try {
      Files.setLastModifiedTime(folder, FileTime.from(clock.instant()));
      return true;
    } catch (NoSuchFileException absent) {
      return false;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
