package io.lethe.schemas.sign;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * What the catalog vouches for when it releases a version, as the bytes that are signed: one field
 * a line behind a line that says what this is. The adapter's id is the digest of its manifest,
 * which names the digest of every file, so that the signature covers them all.
 *
 * @param modelId the recommender's name
 * @param version version number
 * @param adapterId content address of the adapter; null when bare
 * @param parentAdapterId the adapter it continues; null for none
 * @param recommenderDigest digest of the recommender that the adapter belongs to
 * @param watermarkDigest digest of the requests forgotten
 * @param watermark the requests forgotten
 * @param minimumWatermark requests that any version must cover from now on; whether it repeats the
 *     watermark makes no difference
 * @param canary the part of the traffic that it may answer, as {@link #share} words it; null for
 *     all of it
 */
public record VersionStatement(
    String modelId,
    long version,
    String adapterId,
    String parentAdapterId,
    String recommenderDigest,
    String watermarkDigest,
    Collection<String> watermark,
    Collection<String> minimumWatermark,
    String canary) {
  private static final String FIRST_LINE = "lethe adapter.version 1";

  /** Other than a release's, so that neither signature can be passed off as the other. */
  private static final String FIRST_LINE_OF_CANARY = "lethe adapter.version canary 1";

  /** A version that every server may serve. */
  public VersionStatement(
      String modelId,
      long version,
      String adapterId,
      String parentAdapterId,
      String recommenderDigest,
      String watermarkDigest,
      Collection<String> watermark,
      Collection<String> minimumWatermark) {
    this(
        modelId,
        version,
        adapterId,
        parentAdapterId,
        recommenderDigest,
        watermarkDigest,
        watermark,
        minimumWatermark,
        null);
  }

  /** A canary's part of the traffic, in one line. */
  public static String share(Collection<String> replicas, int percent) {
    return "replicas=" + String.join(",", new TreeSet<>(replicas)) + " percent=" + percent;
  }

  /** The bytes that are signed. */
  public byte[] bytes() {
    List<String> lines = new ArrayList<>();
    lines.add(canary == null ? FIRST_LINE : FIRST_LINE_OF_CANARY);
    lines.addAll(
        List.of(
            modelId,
            String.valueOf(version),
            String.valueOf(adapterId),
            String.valueOf(parentAdapterId),
            recommenderDigest,
            watermarkDigest,
            demanded()));
    if (canary != null) {
      lines.add(canary);
    }
    for (String line : lines) {
      if (line.indexOf('\n') >= 0) {
        throw new IllegalArgumentException(
            "A version's fields must have no line breaks: two statements could look alike.");
      }
    }
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The catalog's Ed25519 signature, base64. */
  public String sign(PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(VersionKeys.ALGORITHM);
      signature.initSign(key);
      signature.update(bytes());
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("[BUG] The key cannot sign.", impossible);
    }
  }

  /** Whether the signature is of this statement and by this key's owner; false for any text. */
  public boolean isSignedBy(PublicKey key, String base64) {
    try {
      Signature signature = Signature.getInstance(VersionKeys.ALGORITHM);
      signature.initVerify(key);
      signature.update(bytes());
      return signature.verify(Base64.getDecoder().decode(base64));
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      return false;
    }
  }

  /** Digest of all that later versions must cover. */
  private String demanded() {
    TreeSet<String> requestIds = new TreeSet<>(watermark);
    requestIds.addAll(minimumWatermark);
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (String requestId : requestIds) {
        sha256.update(requestId.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("Every JDK has SHA-256.", impossible);
    }
  }
}
