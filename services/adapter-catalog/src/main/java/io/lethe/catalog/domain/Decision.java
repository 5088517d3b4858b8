package io.lethe.catalog.domain;

import io.lethe.schemas.event.AdapterVersion;

/** What becomes of a candidate. */
public sealed interface Decision {
  /** It becomes the next version: the record to publish. */
  record Release(AdapterVersion version) implements Decision {}

  /** Its forget set is in the lineage already, so there is nothing to do. */
  record AlreadyReleased(long currentVersion) implements Decision {}

  /**
   * It is not released.
   *
   * @param detail the measured fact behind the reason, free of identities
   */
  record Refuse(RefusalReason reason, String detail) implements Decision {}
}
