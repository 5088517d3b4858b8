package io.lethe.ledger.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** A disk that knows what it was not yet told to make durable, and loses that with the power. */
public final class PowerCutDisk extends Disk {
  private record Renamed(Path from, Path to, byte[] replaced) {}

  private final Set<Path> unforced = new HashSet<>();
  private final Deque<Renamed> unforcedNames = new ArrayDeque<>();
  private int operationsLeft = Integer.MAX_VALUE;

  /** Whoever uses the disk ends after that many more operations, in the middle of a write. */
  public void endAfter(int operations) {
    operationsLeft = operations;
  }

  /**
   * The power fails: of each file that was not waited for half is there.
   *
   * @param namesArrive whether names are there that were not waited for, or the ones before
   */
  public void cutPower(boolean namesArrive) throws IOException {
    while (!unforcedNames.isEmpty()) {
      Renamed name = unforcedNames.pop();
      if (!namesArrive) {
        super.rename(name.to(), name.from());
        if (name.replaced() != null) {
          super.write(name.to(), name.replaced());
        }
        if (unforced.remove(name.to())) {
          unforced.add(name.from());
        }
      }
    }
    for (Path file : unforced) {
      super.write(file, half(Files.readAllBytes(file)));
    }
    unforced.clear();
  }

  /** Whether a power cut would leave the file whole and under its name. */
  public boolean isDurable(Path file) {
    return Files.exists(file)
        && !unforced.contains(file)
        && unforcedNames.stream().noneMatch(name -> name.to().equals(file));
  }

  @Override
  public void write(Path file, byte[] bytes) throws IOException {
    if (operationsLeft == 0) {
      super.write(file, half(bytes));
      unforced.add(file);
    }
    takeOne();
    super.write(file, bytes);
    unforced.add(file);
  }

  @Override
  public void force(Path file) throws IOException {
    takeOne();
    unforced.remove(file);
  }

  @Override
  public void rename(Path file, Path name) throws IOException {
    takeOne();
    unforcedNames.push(
        new Renamed(file, name, Files.exists(name) ? Files.readAllBytes(name) : null));
    super.rename(file, name);
    unforced.remove(name);
    if (unforced.remove(file)) {
      unforced.add(name);
    }
  }

  @Override
  public void forceNames(Path folder) throws IOException {
    takeOne();
    unforcedNames.removeIf(name -> name.to().getParent().equals(folder));
  }

  private void takeOne() throws IOException {
    if (operationsLeft == 0) {
      throw new IOException("the end");
    }
    operationsLeft--;
  }

  private static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }
}
