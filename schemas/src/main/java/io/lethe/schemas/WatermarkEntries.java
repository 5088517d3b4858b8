package io.lethe.schemas;

import io.lethe.schemas.event.ForgetSetClosed;
import java.util.List;

/** What a version that has forgotten a set says of it in its watermark. */
public final class WatermarkEntries {
  private WatermarkEntries() {}

  /**
   * The requests that the set names. A set that holds nothing but parts of requests, which a later
   * one names, goes by its own id: else nothing would tell a version that has forgotten them from
   * one that has not.
   *
   * @return at least one entry; of all of them each alone tells that the set is forgotten, since
   *     one version adds them together
   */
  public static List<String> of(ForgetSetClosed set) {
    return set.getRequestIds().isEmpty()
        ? List.of(set.getForgetSetId())
        : List.copyOf(set.getRequestIds());
  }
}
