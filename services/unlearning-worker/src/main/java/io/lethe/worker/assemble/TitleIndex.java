package io.lethe.worker.assemble;

import io.lethe.schemas.event.CatalogItem;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Titles of items, followed from catalog.item. Thread-safe and bounded. */
public final class TitleIndex {
  private static final Logger LOG = Logger.getLogger(TitleIndex.class);

  private final int titlesMax;
  private final Map<String, String> titles = new ConcurrentHashMap<>();
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * An empty index.
   *
   * @param titlesMax titles held at most; items beyond it are shown by their id
   */
  public TitleIndex(int titlesMax) {
    this.titlesMax = titlesMax;
  }

  /** Takes a record of catalog.item; {@code item} null removes it. */
  public void apply(String itemId, CatalogItem item) {
    if (item == null) {
      titles.remove(itemId);
    } else if (titles.size() < titlesMax || titles.containsKey(itemId)) {
      titles.put(itemId, item.getTitle());
    } else if (warned.compareAndSet(false, true)) {
      LOG.warnf(
          "catalog.item holds more than %d titles; further items appear by their id: raise"
              + " lethe.titles-max",
          titlesMax);
    }
  }

  /** The title, or null where none is known. */
  public String title(String itemId) {
    return titles.get(itemId);
  }

  public int size() {
    return titles.size();
  }
}
