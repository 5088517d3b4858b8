package io.lethe.catalog.release;

import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.VersionStatus;
import io.lethe.schemas.sign.VersionKeys;
import io.lethe.schemas.sign.VersionStatement;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Optional;

/** Signs versions with the catalog's key, or leaves them unsigned where it has none. */
public final class VersionSigner {
  private final Optional<PrivateKey> key;

  private VersionSigner(Optional<PrivateKey> key) {
    this.key = key;
  }

  /**
   * Of the key in a PEM file; of none where there is no file.
   *
   * @throws IllegalArgumentException when the file holds no such key
   */
  public static VersionSigner of(Optional<Path> keyFile) {
    return new VersionSigner(keyFile.map(VersionKeys::privateKey));
  }

  /** Leaves every version unsigned. */
  static VersionSigner none() {
    return new VersionSigner(Optional.empty());
  }

  /**
   * The version with this catalog's signature, whatever it bore before. A withdrawal needs none:
   * servers obey it as it is, since it only takes away.
   */
  AdapterVersion signed(AdapterVersion version) {
    return key.isEmpty() || version.getStatus() == VersionStatus.WITHDRAWN
        ? version
        : AdapterVersion.newBuilder(version).setSignature(signature(version)).build();
  }

  /** Whether servers that know this catalog's key alone would refuse the version. */
  boolean mustSign(AdapterVersion version) {
    // Ed25519 gives one signature for one statement, so that comparing them is verifying.
    return key.isPresent() && !signature(version).equals(version.getSignature());
  }

  private String signature(AdapterVersion version) {
    return new VersionStatement(
            version.getModelId(),
            version.getVersion(),
            version.getAdapterId(),
            version.getParentAdapterId(),
            version.getRecommenderDigest(),
            version.getWatermarkDigest(),
            version.getWatermark(),
            version.getMinimumWatermark(),
            share(version))
        .sign(key.orElseThrow());
  }

  /** Of a released version servers do not act on its share: it is a plan for the next one. */
  private static String share(AdapterVersion version) {
    return version.getStatus() == VersionStatus.CANARY
        ? VersionStatement.share(
            version.getCanary().getReplicas(), version.getCanary().getPercent())
        : null;
  }
}
