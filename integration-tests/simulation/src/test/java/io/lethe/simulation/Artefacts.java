package io.lethe.simulation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The artefact store, and the fake training that fills it: an adapter is the set of samples that it
 * has forgotten, so that what a version claims can be compared with what it does.
 */
public final class Artefacts {
  private final Map<String, Set<String>> forgottenByAdapter = new HashMap<>();
  private final Set<String> tuned = new HashSet<>();

  /** A sample that the recommender was tuned on. */
  void tunedOn(String sampleId) {
    tuned.add(sampleId);
  }

  /** Trains: what the parent forgot, and the samples of the set. */
  public String train(String parentAdapterId, String forgetSetId, Set<String> sampleIds) {
    Set<String> forgotten = new HashSet<>(forgotten(parentAdapterId));
    forgotten.addAll(sampleIds);
    return put(sha256("approximate\n" + parentAdapterId + '\n' + forgetSetId), forgotten);
  }

  /** Tunes anew without what the parent forgot; what was never tuned on makes no difference. */
  public String replay(String parentAdapterId) {
    Set<String> forgotten = new HashSet<>(forgotten(parentAdapterId));
    TreeSet<String> leftOut = new TreeSet<>(forgotten);
    leftOut.retainAll(tuned);
    return put(sha256("exact\n" + String.join("\n", leftOut)), forgotten);
  }

  /** Whether the adapter is there; the recommender itself always is. */
  public boolean has(String adapterId) {
    return adapterId == null || forgottenByAdapter.containsKey(adapterId);
  }

  /** The samples that the adapter has truly forgotten. */
  public Set<String> forgotten(String adapterId) {
    return adapterId == null ? Set.of() : forgottenByAdapter.get(adapterId);
  }

  /** Whether the recommender was tuned on the sample. */
  public boolean isTuned(String sampleId) {
    return tuned.contains(sampleId);
  }

  private String put(String adapterId, Set<String> forgotten) {
    // Of what was never tuned on there is nothing to forget, so equal adapters forget alike.
    forgottenByAdapter.merge(
        adapterId,
        forgotten,
        (one, other) -> {
          Set<String> both = new HashSet<>(one);
          both.addAll(other);
          return both;
        });
    return adapterId;
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every Java runtime has SHA-256.", impossible);
    }
  }
}
