package io.lethe.serving.retrieve;

import io.lethe.serving.model.ItemVectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Keeps the index at the catalogue's heels: changes are taken at once and worked off by a thread of
 * its own, some titles in one native call, the newest change of an item alone. Until an item is
 * indexed it is retrieved by popularity only.
 */
public final class ItemIndexer implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ItemIndexer.class);
  private static final int TITLES_A_CALL = 64;
  private static final int HIDDEN_MAX = 2_048;
  private static final long CLOSE_MILLIS_MAX = 10_000;

  private final ItemIndex index = new ItemIndex();
  private final ItemVectors vectors;
  private final int itemsMax;
  private final Thread thread = new Thread(this::run, "item-indexer");

  /** Title by item, null for one that is gone; guarded by this. */
  private final Map<String, String> changes = new LinkedHashMap<>();

  /** Indexed items and their vectors; written by the thread, guarded by this. */
  private final Map<String, float[]> indexed = new HashMap<>();

  /** Changes that searches do not see yet; the thread's own. */
  private int hidden;

  private boolean busy;
  private boolean closed;
  private boolean full;

  /**
   * Starts with an empty index.
   *
   * @param itemsMax most items indexed; further ones are retrieved by popularity alone
   */
  public ItemIndexer(ItemVectors vectors, int itemsMax) {
    if (itemsMax < 0) {
      throw new IllegalArgumentException("lethe.retrieval-items-max must not be negative.");
    }
    this.vectors = vectors;
    this.itemsMax = itemsMax;
    thread.setDaemon(true);
    thread.start();
  }

  /** An item was added to the catalogue or has another title; null takes it out. */
  public synchronized void change(String itemId, String title) {
    if (itemsMax == 0) {
      return;
    }
    // Behind all others, so that an item that changes without an end keeps nobody waiting.
    changes.remove(itemId);
    changes.put(itemId, title);
    notifyAll();
  }

  /** The item's vector, where it is indexed. */
  synchronized Optional<float[]> vector(String itemId) {
    return Optional.ofNullable(indexed.get(itemId));
  }

  /** Indexed items near the vector, nearest first. */
  List<String> nearest(float[] vector, int limit) {
    return index.nearest(vector, limit);
  }

  /** Items indexed now. */
  public synchronized int indexed() {
    return indexed.size();
  }

  /** Changes that wait to be indexed. */
  public synchronized int waiting() {
    return changes.size();
  }

  /** Waits until every change so far is indexed. */
  synchronized void awaitIdle() throws InterruptedException {
    while ((busy || !changes.isEmpty()) && !closed) {
      wait();
    }
  }

  private void run() {
    try {
      for (Map<String, String> taken = take(); !taken.isEmpty(); taken = take()) {
        try {
          apply(taken);
        } catch (RuntimeException | Error fault) {
          // What is not indexed is retrieved by popularity: no reason to stop serving.
          LOG.errorf(fault, "%d items could not be indexed", taken.size());
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Map<String, String> take() throws InterruptedException {
    busy = false;
    notifyAll();
    while (changes.isEmpty()) {
      if (closed) {
        return Map.of();
      }
      wait();
    }
    if (closed) {
      return Map.of();
    }
    busy = true;
    Map<String, String> taken = new LinkedHashMap<>();
    for (Iterator<Map.Entry<String, String>> next = changes.entrySet().iterator();
        next.hasNext() && taken.size() < TITLES_A_CALL; ) {
      Map.Entry<String, String> change = next.next();
      taken.put(change.getKey(), change.getValue());
      next.remove();
    }
    return taken;
  }

  private void apply(Map<String, String> taken) {
    Set<String> removed = new HashSet<>();
    Map<String, String> titles = new LinkedHashMap<>();
    taken.forEach(
        (itemId, title) -> {
          if (title == null) {
            removed.add(itemId);
          } else if (hasRoom(itemId, titles.size() - removed.size())) {
            titles.put(itemId, title);
          }
        });
    Map<String, float[]> found = new LinkedHashMap<>();
    if (!titles.isEmpty()) {
      float[][] made = vectors.vectors(new ArrayList<>(titles.values()));
      int position = 0;
      for (String itemId : titles.keySet()) {
        found.put(itemId, made[position]);
        position++;
      }
    }
    index.update(found, removed);
    hidden += taken.size();
    // Each showing makes a graph of its own, to be merged with the others later.
    if (hidden >= HIDDEN_MAX || waiting() == 0) {
      index.show();
      hidden = 0;
    }
    synchronized (this) {
      indexed.keySet().removeAll(removed);
      indexed.putAll(found);
    }
  }

  private synchronized boolean hasRoom(String itemId, int coming) {
    if (indexed.containsKey(itemId) || indexed.size() + coming < itemsMax) {
      return true;
    }
    if (!full) {
      full = true;
      LOG.warnf(
          "more than %d items: the further ones are retrieved by popularity alone; raise"
              + " lethe.retrieval-items-max and the heap by about 5 KiB for each",
          itemsMax);
    }
    return false;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      notifyAll();
    }
    try {
      thread.join(CLOSE_MILLIS_MAX);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    index.close();
  }
}
