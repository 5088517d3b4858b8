package io.lethe.catalog.domain;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The set of request ids that a version has forgotten. Immutable and sorted. */
public final class Watermark {
  private static final Watermark EMPTY = new Watermark(new TreeSet<>());

  private final SortedSet<String> requestIds;

  private Watermark(TreeSet<String> requestIds) {
    this.requestIds = Collections.unmodifiableSortedSet(requestIds);
  }

  public static Watermark empty() {
    return EMPTY;
  }

  public static Watermark of(Collection<String> requestIds) {
    return new Watermark(new TreeSet<>(requestIds));
  }

  /** This watermark and the given requests together. */
  public Watermark plus(Collection<String> more) {
    TreeSet<String> union = new TreeSet<>(requestIds);
    union.addAll(more);
    return new Watermark(union);
  }

  public Watermark plus(Watermark other) {
    return plus(other.requestIds);
  }

  public boolean covers(Watermark other) {
    return requestIds.containsAll(other.requestIds);
  }

  public boolean containsAll(Collection<String> ids) {
    return requestIds.containsAll(ids);
  }

  /** How many requests of {@code other} this watermark lacks. */
  public int missingFrom(Watermark other) {
    return (int) other.requestIds.stream().filter(id -> !requestIds.contains(id)).count();
  }

  public int size() {
    return requestIds.size();
  }

  /** The request ids, sorted. */
  public List<String> sorted() {
    return List.copyOf(requestIds);
  }

  /** Hex SHA-256 over the sorted request ids, each followed by a line feed. */
  public String digest() {
    MessageDigest sha256 = sha256();
    for (String id : requestIds) {
      sha256.update(id.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) '\n');
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Watermark watermark && requestIds.equals(watermark.requestIds);
  }

  @Override
  public int hashCode() {
    return requestIds.hashCode();
  }

  @Override
  public String toString() {
    return "Watermark[" + size() + " requests, " + digest().substring(0, 12) + "]";
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform carries SHA-256", e);
    }
  }
}
