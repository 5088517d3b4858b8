package io.lethe.containers;

import io.lethe.schemas.access.Roles;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;

/** A key pair in the part of an identity provider: services are given its public half. */
final class Access {
  private static final int KEY_BITS = 2048;
  private static final Duration LIFETIME = Duration.ofHours(4);
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair keys;
  private final Clock clock = Clock.systemUTC();

  Access() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(KEY_BITS);
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** As quarkus.oidc.public-key takes it. */
  String publicKey() {
    return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
  }

  /** A token of an account system. */
  String producerToken() {
    long now = clock.instant().getEpochSecond();
    String signed =
        encode("{\"alg\":\"RS256\",\"typ\":\"JWT\"}")
            + "."
            + encode(
                """
                {"sub":"accounts","upn":"accounts","groups":["%s"],"aud":"%s","iat":%d,"exp":%d}
                """
                    .formatted(Roles.PRODUCER, Roles.AUDIENCE, now, now + LIFETIME.toSeconds())
                    .strip());
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + URL.encodeToString(signature.sign());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String encode(String json) {
    return URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
