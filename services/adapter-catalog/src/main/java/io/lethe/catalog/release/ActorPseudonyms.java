package io.lethe.catalog.release;

import io.lethe.schemas.sign.VersionKeys;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Names whoever moves a version by a keyed pseudonym. The key is made from the one that signs
 * versions, so that all catalogs of a model agree and there is no further secret to keep; an
 * operator's pseudonym can never be taken for a subject's. Without a signing key it is drawn at the
 * start, and whoever acted before the start is somebody else afterwards.
 */
public final class ActorPseudonyms {
  private static final byte[] PURPOSE =
      "lethe adapter-catalog actors 1\n".getBytes(StandardCharsets.UTF_8);
  private static final int KEY_BYTES = 32;

  private final SubjectPseudonymizer pseudonyms;

  private ActorPseudonyms(byte[] key) {
    this.pseudonyms = new SubjectPseudonymizer(key);
  }

  /**
   * Of the key that signs versions; of a random one where there is none.
   *
   * @throws IllegalArgumentException when the file holds no such key
   */
  public static ActorPseudonyms of(Optional<Path> signingKeyFile, SecureRandom random) {
    if (signingKeyFile.isEmpty()) {
      byte[] key = new byte[KEY_BYTES];
      random.nextBytes(key);
      return new ActorPseudonyms(key);
    }
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(PURPOSE);
      return new ActorPseudonyms(
          sha256.digest(VersionKeys.privateKey(signingKeyFile.get()).getEncoded()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform carries SHA-256", impossible);
    }
  }

  /** The pseudonym of the person that a token names. */
  public String of(String tokenSubject) {
    return pseudonyms.subjectRef(tokenSubject);
  }
}
