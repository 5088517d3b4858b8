package io.lethe.cli.access;

import io.lethe.cli.CliException;
import io.lethe.cli.dev.DataDirectory;
import io.lethe.schemas.access.Roles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/**
 * A development stack's stand-in for an identity provider: a key pair in the data directory. The
 * services are given the public half; whoever may read the private half may sign any token.
 */
public final class AccessKey {
  private static final int KEY_BITS = 2048;

  private final RsaJsonWebKey key;

  private AccessKey(RsaJsonWebKey key) {
    this.key = key;
  }

  /** The directory's key pair, made with rights for its owner alone where it is missing. */
  public static AccessKey openOrCreate(DataDirectory directory) {
    Path file = directory.accessKeyFile();
    try {
      if (!Files.exists(file)) {
        create(file);
      }
      return new AccessKey(
          (RsaJsonWebKey) RsaJsonWebKey.Factory.newPublicJwk(Files.readString(file)));
    } catch (IOException | JoseException | ClassCastException unusable) {
      throw new CliException(
          "the access key " + file + " is not usable (" + unusable.getClass().getSimpleName() + ")",
          "remove it and start the stack again, which makes a new one",
          unusable);
    }
  }

  /** The public half as quarkus.oidc.public-key takes it. */
  public String publicKey() {
    return Base64.getEncoder().encodeToString(key.getKey().getEncoded());
  }

  /**
   * Signs a token.
   *
   * @param name the caller's name, which becomes the source of its requests
   */
  public String token(String name, List<String> roles, Instant now, Duration lifetime) {
    JwtClaims claims = new JwtClaims();
    claims.setSubject(name);
    claims.setStringClaim("upn", name);
    claims.setStringListClaim("groups", roles);
    claims.setAudience(Roles.AUDIENCE);
    claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
    claims.setExpirationTime(NumericDate.fromSeconds(now.plus(lifetime).getEpochSecond()));
    JsonWebSignature signature = new JsonWebSignature();
    signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
    signature.setKey(key.getPrivateKey());
    signature.setPayload(claims.toJson());
    try {
      return signature.getCompactSerialization();
    } catch (JoseException failure) {
      throw new CliException(
          "no token could be signed", "remove the access key and start the stack again", failure);
    }
  }

  private static void create(Path file) throws IOException, JoseException {
    Files.createDirectories(file.getParent());
    String json = RsaJwkGenerator.generateJwk(KEY_BITS).toJson(OutputControlLevel.INCLUDE_PRIVATE);
    // Temporary files are readable by their owner alone; the key gets its name when it is whole.
    Path temporary = Files.createTempFile(file.getParent(), "access", ".key");
    Files.writeString(temporary, json + "\n");
    try {
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException other) {
      // Another command made it at the same moment; its key stands.
      return;
    } catch (UnsupportedOperationException noLinks) {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
