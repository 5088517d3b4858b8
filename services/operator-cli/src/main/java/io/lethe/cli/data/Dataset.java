package io.lethe.cli.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Items, profiles and interactions by account id.
 *
 * @param name for people: the file's name, or the generator and its seed
 * @param interactions at most one per account and item, in {@link Interaction#IN_TIME} order
 * @param likedAbove a rating above it counts as liked
 */
public record Dataset(
    String name,
    List<Item> items,
    List<Profile> profiles,
    List<Interaction> interactions,
    double likedAbove) {
  public Dataset {
    items = List.copyOf(items);
    profiles = List.copyOf(profiles);
    interactions = List.copyOf(interactions);
  }

  /** Accounts that rated something, with their interactions, oldest first, by account id. */
  public Map<String, List<Interaction>> byAccount() {
    return interactions.stream()
        .collect(
            Collectors.groupingBy(
                Interaction::accountId, java.util.TreeMap::new, Collectors.toList()));
  }

  /**
   * The instant before which the given share of the interactions lies: what comes before is trained
   * on, the rest is held out.
   *
   * @param share within 0..1
   */
  public Instant splitAt(double share) {
    int index = (int) Math.min(interactions.size() - 1L, Math.round(interactions.size() * share));
    return interactions.get(index).recordedAt();
  }

  /** Hex SHA-256 over everything but the name: the same data has the same digest. */
  public String digest() {
    MessageDigest digest = sha256();
    items.forEach(item -> update(digest, item));
    profiles.forEach(profile -> update(digest, profile));
    interactions.forEach(interaction -> update(digest, interaction));
    update(digest, likedAbove);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, Object row) {
    // Records render every field by name, so the text changes exactly when the row does.
    digest.update((row + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
