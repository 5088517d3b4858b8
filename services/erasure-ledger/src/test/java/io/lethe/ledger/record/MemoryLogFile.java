package io.lethe.ledger.record;

import java.io.IOException;
import java.util.Arrays;

/** A log file in memory whose disk can be full. */
public final class MemoryLogFile implements LogFile {
  private byte[] bytes = new byte[0];
  private boolean full;

  /** From now on half of what is written arrives, and then the disk is full. */
  public void fill() {
    full = true;
  }

  /** There is room again. */
  public void makeRoom() {
    full = false;
  }

  /** Replaces the content. */
  public void replace(byte[] content) {
    bytes = content.clone();
  }

  @Override
  public byte[] read() {
    return bytes.clone();
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public void append(byte[] more) throws IOException {
    int written = full ? more.length / 2 : more.length;
    int end = bytes.length;
    bytes = Arrays.copyOf(bytes, end + written);
    System.arraycopy(more, 0, bytes, end, written);
    if (full) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public void truncate(long size) {
    bytes = Arrays.copyOf(bytes, (int) size);
  }

  @Override
  public void close() {
    full = false;
  }
}
