package io.lethe.ledger.record;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A log's files in memory, whose disk can be full or fail in the middle. */
public final class MemoryLogStore implements LogStore {
  private final Map<String, byte[]> files = new TreeMap<>();
  private int writesLeft = Integer.MAX_VALUE;
  private boolean lastArrives;

  public MemoryLogStore() {}

  /** A copy of its own. */
  public MemoryLogStore(MemoryLogStore other) {
    files.putAll(other.files);
  }

  /** After that many more writes the disk is full. */
  public void fillAfter(int writes) {
    writesLeft = writes;
    lastArrives = false;
  }

  /** After that many more writes the disk fails, but what is written then arrives all the same. */
  public void failAfter(int writes) {
    writesLeft = writes;
    lastArrives = true;
  }

  /** There is room again. */
  public void makeRoom() {
    writesLeft = Integer.MAX_VALUE;
  }

  /** The files by path, to be changed. */
  public Map<String, byte[]> files() {
    return files;
  }

  @Override
  public Optional<byte[]> read(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public void write(String path, byte[] bytes) throws IOException {
    if (writesLeft == 0) {
      if (lastArrives) {
        files.put(path, bytes);
      }
      throw new IOException("No space left on device");
    }
    writesLeft--;
    files.put(path, bytes);
  }

  @Override
  public void removeUnfinished(String path, int kept) {
    files.keySet().removeIf(one -> one.startsWith(path + ".p/") && !one.endsWith("/" + kept));
  }

  @Override
  public void close() {
    makeRoom();
  }
}
