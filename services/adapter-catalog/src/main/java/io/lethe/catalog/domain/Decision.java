package io.lethe.catalog.domain;

import io.lethe.schemas.event.AdapterVersion;
import java.util.List;

/** What becomes of a candidate. */
public sealed interface Decision {
  /**
   * It becomes the next version: the record to publish.
   *
   * @param current the version that stays current while the next one is on trial, to be published
   *     behind it; null where the next one is for all
   */
  record Release(AdapterVersion version, AdapterVersion current) implements Decision {
    /** What to publish together, in order. */
    public List<AdapterVersion> records() {
      return current == null ? List.of(version) : List.of(version, current);
    }
  }

  /** Its forget set is in the lineage already, so there is nothing to do. */
  record AlreadyReleased(long currentVersion) implements Decision {}

  /**
   * It is not released.
   *
   * @param detail the measured fact behind the reason, free of identities
   */
  record Refuse(RefusalReason reason, String detail) implements Decision {}
}
