package io.lethe.serving.model;

import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.serving.domain.ReleasedVersion;
import java.util.List;
import java.util.Optional;

/** Checks, loads and warms a version; what fails any of it never answers. */
final class VersionLoader {
  private static final List<Prompt> WARM_UP =
      List.of(
          new Prompt(null, List.of(), "The First Item"),
          new Prompt(
              "a person",
              List.of(new Viewed("The First Item", 5), new Viewed("The Second Item", 1)),
              "The Third Item"));

  private final ScoringEngine engine;
  private final AdapterSlot slot;
  private final ReleaseCheck signatures;

  VersionLoader(ScoringEngine engine, AdapterSlot slot, ReleaseCheck signatures) {
    this.engine = engine;
    this.slot = slot;
    this.signatures = signatures;
  }

  /** Whether the catalog published it so; {@code share} is null for a version for all. */
  void verify(ReleasedVersion version, String share) {
    signatures.check(version, share);
  }

  /**
   * The version's adapter with a reference for the caller, warmed; null where it is bare.
   *
   * @throws RuntimeException saying what is wrong with it
   */
  LoadedAdapter load(ReleasedVersion version) {
    if (!version.watermark().sound()) {
      throw new IllegalStateException(
          "The version's watermark digest does not match its requests; release it anew.");
    }
    if (!engine.recommenderDigest().equals(version.recommenderDigest())) {
      throw new IllegalStateException(
          "The version belongs to another recommender; point lethe.recommender-folder at the one"
              + " whose digest begins with "
              + start(version.recommenderDigest())
              + " (this server holds "
              + start(engine.recommenderDigest())
              + ").");
    }
    if (version.bare()) {
      return warmed(null);
    }
    Optional<LoadedAdapter> shared = slot.shareLoaded(version.adapterId());
    return shared.isPresent() ? shared.get() : warmed(engine.load(version));
  }

  private LoadedAdapter warmed(LoadedAdapter adapter) {
    try {
      for (float score : engine.score(WARM_UP, adapter)) {
        if (!(score >= 0 && score <= 1)) {
          throw new IllegalStateException("The adapter's scores are no probabilities.");
        }
      }
      return adapter;
    } catch (RuntimeException bad) {
      if (adapter != null) {
        adapter.release();
      }
      throw bad;
    }
  }

  private static String start(String digest) {
    return digest.substring(0, Math.min(12, digest.length()));
  }
}
