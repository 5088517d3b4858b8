package io.lethe.ledger.receipt;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lethe.ledger.record.DurableFiles;
import io.lethe.ledger.record.LedgerJson;
import io.lethe.ledger.record.LogSigner;
import io.lethe.ledger.record.StorageException;
import io.lethe.schemas.tlog.NoteKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** The ledger's Ed25519 key pair, kept as a JWK (RFC 8037) that only its owner may read. */
public final class SigningKey {
  private static final String ALGORITHM = "Ed25519";
  private static final int KEY_BYTES = 32;
  private static final byte[] PRIVATE_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");
  private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /**
   * The public half as a JWK.
   *
   * @param x the public key, base64url
   * @param keyId RFC 7638 thumbprint
   * @param verifierKey the same key as checkpoints name it (C2SP signed-note); no member that JOSE
   *     knows
   */
  public record PublicJwk(
      @JsonProperty("kty") String keyType,
      @JsonProperty("crv") String curve,
      @JsonProperty("x") String x,
      @JsonProperty("kid") String keyId,
      @JsonProperty("alg") String algorithm,
      @JsonProperty("use") String use,
      @JsonProperty("vkey") String verifierKey) {}

  private final PrivateKey privateKey;
  private final PublicKey publicKey;
  private final String x;

  private SigningKey(byte[] seed, byte[] point) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
    this.privateKey =
        factory.generatePrivate(new PKCS8EncodedKeySpec(concatenate(PRIVATE_PREFIX, seed)));
    this.publicKey =
        factory.generatePublic(new X509EncodedKeySpec(concatenate(PUBLIC_PREFIX, point)));
    this.x = ENCODER.encodeToString(point);
  }

  /**
   * Reads the key, or makes one where there is none.
   *
   * @throws IllegalStateException when the file is no key of ours, or its halves do not match
   * @throws StorageException when it cannot be read or written
   */
  public static SigningKey loadOrCreate(Path file, SecureRandom random) {
    try {
      if (!Files.exists(file)) {
        create(file, random);
      }
      return parse(Files.readString(file), file.getFileName().toString());
    } catch (IOException failed) {
      throw new StorageException("or read its signing key", failed);
    }
  }

  /** The key of a JWK with its private half. */
  static SigningKey parse(String jwk, String fileName) {
    try {
      JsonNode node = new ObjectMapper().readTree(jwk);
      byte[] seed = Base64.getUrlDecoder().decode(node.path("d").asText());
      byte[] point = Base64.getUrlDecoder().decode(node.path("x").asText());
      if (!"OKP".equals(node.path("kty").asText())
          || !ALGORITHM.equals(node.path("crv").asText())
          || seed.length != KEY_BYTES
          || point.length != KEY_BYTES) {
        throw new IllegalArgumentException("another shape");
      }
      SigningKey key = new SigningKey(seed, point);
      byte[] probe = fileName.getBytes(StandardCharsets.UTF_8);
      if (!key.verify(probe, key.sign(probe))) {
        throw new IllegalArgumentException("halves that do not match");
      }
      return key;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException malformed) {
      // The cause may quote the file, and with it the secret.
      throw new IllegalStateException(
          "The signing key "
              + fileName
              + " in lethe.state-directory is no Ed25519 JWK with matching d and x; restore it from"
              + " a backup, or remove it for a new key (receipts issued so far then verify only"
              + " with the old public key).");
    }
  }

  /** Ed25519 signature, 64 bytes. */
  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(privateKey);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("[BUG] The key cannot sign.", impossible);
    }
  }

  /** Whether the signature is this key's. */
  public boolean verify(byte[] message, byte[] signed) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(ALGORITHM);
    signature.initVerify(publicKey);
    signature.update(message);
    return signature.verify(signed);
  }

  /** RFC 7638 thumbprint, base64url. */
  public String keyId() {
    String members = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x + "\"}";
    try {
      return ENCODER.encodeToString(
          MessageDigest.getInstance("SHA-256").digest(members.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("[BUG] Every JDK has SHA-256.", missing);
    }
  }

  /**
   * The public half.
   *
   * @param origin the name under which it signs the log
   */
  public PublicJwk publicJwk(String origin) {
    return new PublicJwk(
        "OKP", ALGORITHM, x, keyId(), "EdDSA", "sig", NoteKey.of(origin, publicKey).text());
  }

  /** As that log's signer. */
  public LogSigner logSigner(String origin) {
    return new LogSigner(NoteKey.of(origin, publicKey), this::sign);
  }

  private static void create(Path file, SecureRandom random) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(255, random);
      KeyPair pair = generator.generateKeyPair();
      ObjectNode jwk = LedgerJson.mapper().createObjectNode();
      jwk.put("kty", "OKP").put("crv", ALGORITHM);
      jwk.put("d", ENCODER.encodeToString(tail(pair.getPrivate().getEncoded())));
      jwk.put("x", ENCODER.encodeToString(tail(pair.getPublic().getEncoded())));
      DurableFiles.write(file, jwk.toString().getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("[BUG] Every JDK from 15 on has Ed25519.", missing);
    }
  }

  private static byte[] tail(byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
  }

  private static byte[] concatenate(byte[] prefix, byte[] key) {
    byte[] all = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, all, prefix.length, key.length);
    return all;
  }
}
