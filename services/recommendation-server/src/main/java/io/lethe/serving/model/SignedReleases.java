package io.lethe.serving.model;

import io.lethe.schemas.sign.VersionKeys;
import io.lethe.schemas.sign.VersionStatement;
import io.lethe.serving.domain.ReleasedVersion;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;

/**
 * Versions must be signed by the catalog. The signature covers the adapter's id, which is the
 * digest of its manifest, which names the digest of every file.
 */
public final class SignedReleases implements ReleaseCheck {
  private final String modelId;
  private final List<PublicKey> keys;

  /**
   * @param keyFiles PEM files of the keys that may have signed
   */
  public SignedReleases(String modelId, List<Path> keyFiles) {
    this.modelId = modelId;
    this.keys = keyFiles.stream().map(VersionKeys::publicKey).toList();
  }

  @Override
  public void check(ReleasedVersion version, String share) {
    if (version.signature() == null) {
      throw new IllegalStateException(
          "The version is unsigned; give the catalog its lethe.signing-key-file, or find out who"
              + " else writes to adapter.version.");
    }
    VersionStatement statement =
        new VersionStatement(
            modelId,
            version.version(),
            version.adapterId(),
            version.parentAdapterId(),
            version.recommenderDigest(),
            version.watermark().digest(),
            version.watermark().requestIds(),
            version.minimumWatermark(),
            share);
    if (keys.stream().noneMatch(key -> statement.isSignedBy(key, version.signature()))) {
      throw new IllegalStateException(
          "The version's signature is by none of lethe.catalog-public-key-files, or something of"
              + " the version was changed since; find out who wrote it, or add the catalog's new"
              + " key.");
    }
  }
}
