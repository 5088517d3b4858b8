package io.lethe.testing;

import io.lethe.schemas.access.Roles;
import io.smallrye.jwt.build.Jwt;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;

/** Signs tokens as an identity provider would, with a key pair of this test run. */
public final class Tokens {
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final String PRIVATE_KEY = "token.test.private-key";
  private static final String PUBLIC_KEY = "token.test.public-key";

  private Tokens() {}

  /** The key that verifies, as quarkus.oidc.public-key takes it. */
  public static String publicKey() {
    create();
    return System.getProperty(PUBLIC_KEY);
  }

  /** A valid token. */
  public static String of(String name, String... roles) {
    return sign(name, Roles.AUDIENCE, LIFETIME, roles);
  }

  /** A valid token for somebody else's service. */
  public static String forAnotherAudience(String name, String... roles) {
    return sign(name, "another", LIFETIME, roles);
  }

  /** A token that was valid once. */
  public static String expired(String name, String... roles) {
    return sign(name, Roles.AUDIENCE, LIFETIME.negated(), roles);
  }

  private static String sign(String name, String audience, Duration lifetime, String... roles) {
    return Jwt.upn(name)
        .groups(Set.of(roles))
        .audience(audience)
        .expiresIn(lifetime)
        .sign(privateKey());
  }

  private static PrivateKey privateKey() {
    create();
    try {
      byte[] encoded = Base64.getDecoder().decode(System.getProperty(PRIVATE_KEY));
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Kept in system properties: the test and its profile live in different class loaders. */
  private static void create() {
    if (System.getProperty(PUBLIC_KEY) != null) {
      return;
    }
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair pair = generator.generateKeyPair();
      Base64.Encoder base64 = Base64.getEncoder();
      System.setProperty(PRIVATE_KEY, base64.encodeToString(pair.getPrivate().getEncoded()));
      System.setProperty(PUBLIC_KEY, base64.encodeToString(pair.getPublic().getEncoded()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
