package io.lethe.ledger.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.ledger.domain.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The log of every step, one JSON object a line, each holding the hash of the one before. A batch
 * is written whole and durably or not at all. Not thread-safe.
 */
public final class TransitionLog implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(TransitionLog.class);

  private final LogFile file;
  private final ObjectMapper json = LedgerJson.mapper();
  private long size;
  private long sequence;
  private String head = HashChain.GENESIS;
  private boolean tailUncertain;

  private TransitionLog(LogFile file) {
    this.file = file;
  }

  /**
   * Opens and verifies a log.
   *
   * @param onEntry gets every entry in order
   * @throws BrokenChainException naming the first bad line
   * @throws StorageException when it cannot be read
   */
  public static TransitionLog open(LogFile file, Consumer<LogEntry> onEntry) {
    TransitionLog log = new TransitionLog(file);
    try {
      log.verify(onEntry);
    } catch (IOException unreadable) {
      throw new StorageException("or read its log", unreadable);
    }
    return log;
  }

  /**
   * Appends the steps in order.
   *
   * @return their entries, durable
   * @throws StorageException when they could not be written; the log is as before
   */
  public List<LogEntry> append(List<Step> steps, Instant at) {
    List<LogEntry> entries = new ArrayList<>(steps.size());
    StringBuilder lines = new StringBuilder();
    String previousHash = head;
    long next = sequence;
    for (Step step : steps) {
      LogEntry entry =
          new LogEntry(
              ++next,
              previousHash,
              at,
              step.event(),
              step.from(),
              RequestSnapshot.of(step.after()));
      String object = write(entry);
      previousHash = HashChain.hash(object);
      lines.append(HashChain.seal(object)).append('\n');
      entries.add(entry);
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    try {
      cutUncertainTail();
      tailUncertain = true;
      file.append(bytes);
      tailUncertain = false;
    } catch (IOException full) {
      cutQuietly();
      throw new StorageException("its log", full);
    }
    size += bytes.length;
    sequence = next;
    head = previousHash;
    return entries;
  }

  /** How many entries there are. */
  public long sequence() {
    return sequence;
  }

  /** Hash of the last entry; 64 zeros when there is none. */
  public String head() {
    return head;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void verify(Consumer<LogEntry> onEntry) throws IOException {
    byte[] bytes = file.read();
    int start = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (end == bytes.length) {
        // A batch that a crash cut off was never acknowledged to anybody.
        LOG.warnf("cuts an unfinished line of %d bytes off the log's end", end - start);
        file.truncate(start);
        break;
      }
      onEntry.accept(verifyLine(new String(bytes, start, end - start, StandardCharsets.UTF_8)));
      start = end + 1;
    }
    size = start;
  }

  private LogEntry verifyLine(String line) {
    long number = sequence + 1;
    String object = HashChain.open(line);
    if (object == null) {
      throw new BrokenChainException(number, "its hash does not match its content.");
    }
    LogEntry entry;
    try {
      entry = json.readValue(object, LogEntry.class);
    } catch (JsonProcessingException unreadable) {
      throw new BrokenChainException(number, "it is no entry of this version's log.");
    }
    if (entry.sequence() != number) {
      throw new BrokenChainException(
          number, "it carries the sequence number " + entry.sequence() + ".");
    }
    if (!entry.previousHash().equals(head)) {
      throw new BrokenChainException(number, "it does not follow the entry before it.");
    }
    sequence = number;
    head = HashChain.hash(object);
    return entry;
  }

  private void cutUncertainTail() throws IOException {
    if (tailUncertain) {
      file.truncate(size);
      tailUncertain = false;
    }
  }

  private void cutQuietly() {
    try {
      cutUncertainTail();
    } catch (IOException stillBroken) {
      LOG.debug("the log's tail is cut before the next write instead", stillBroken);
    }
  }

  private String write(LogEntry entry) {
    try {
      return json.writeValueAsString(entry);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("[BUG] An entry has no JSON.", impossible);
    }
  }
}
