package io.lethe.ledger.record;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Where a request's entries stand in the log; about 100 bytes of memory a request. */
final class LogIndex {
  private static final long[] NONE = {};

  private final Map<String, long[]> byRequest = new ConcurrentHashMap<>();

  /** Takes an entry, in the log's order. */
  void add(LogEntry entry) {
    byRequest.merge(
        entry.after().requestId(),
        new long[] {entry.index()},
        (before, one) -> {
          long[] all = Arrays.copyOf(before, before.length + 1);
          all[before.length] = one[0];
          return all;
        });
  }

  /** Positions of a request's entries, from 0, in their order. */
  long[] of(String requestId) {
    return byRequest.getOrDefault(requestId, NONE).clone();
  }
}
