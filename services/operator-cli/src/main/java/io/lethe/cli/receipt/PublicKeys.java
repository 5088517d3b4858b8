package io.lethe.cli.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Json;
import io.lethe.schemas.tlog.NoteKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Reads Ed25519 public keys from JWK, JWK set, PEM or the line of signed notes. */
public final class PublicKeys {
  /** What precedes the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410). */
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int KEY_BYTES = 32;
  private static final String PEM_BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String PEM_END = "-----END PUBLIC KEY-----";

  private PublicKeys() {}

  /**
   * One key.
   *
   * @param keyId the JWK's kid, or null
   * @param log the name of the log that it signs, or null for any
   */
  public record NamedKey(String keyId, PublicKey key, String log) {}

  /**
   * The keys as they sign checkpoints.
   *
   * @param origin the log; a key that has no log's name of its own is taken for this one's
   */
  static List<NoteKey> noteKeys(List<NamedKey> keys, String origin) {
    try {
      return keys.stream()
          .map(one -> NoteKey.of(one.log() == null ? origin : one.log(), one.key()))
          .toList();
    } catch (IllegalArgumentException noName) {
      throw new VerificationException(
          "the checkpoint", "its log's name is none", "take it for another's");
    }
  }

  /**
   * @throws CliException when the file holds no usable key
   */
  static List<NamedKey> read(Path file) {
    try {
      String text = Files.readString(file).strip();
      if (text.startsWith(PEM_BEGIN)) {
        return List.of(new NamedKey(null, pem(text), null));
      }
      if (!text.startsWith("{") && text.indexOf('+') > 0) {
        NoteKey note = NoteKey.parse(text);
        return List.of(new NamedKey(null, note.key(), note.name()));
      }
      return jwk(Json.parse(text, "the key file " + file));
    } catch (NoSuchFileException absent) {
      throw new CliException(
          "there is no key file " + file,
          "fetch it from the ledger's /v1/public-key and give it as --key FILE",
          absent);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
      throw new CliException(
          "the key file " + file + " holds no Ed25519 public key (" + unusable.getMessage() + ")",
          "give a JWK with kty OKP and crv Ed25519, a set of them, PEM, or a line name+id+key",
          unusable);
    }
  }

  /**
   * Keys as the ledger serves them.
   *
   * @throws CliException when they are none
   */
  public static List<NamedKey> of(JsonNode served) {
    try {
      return jwk(served);
    } catch (GeneralSecurityException | IllegalArgumentException unusable) {
      throw new CliException(
          "the ledger served no Ed25519 public key (" + unusable.getMessage() + ")",
          "see the ledger's log",
          unusable);
    }
  }

  private static PublicKey pem(String text) throws GeneralSecurityException {
    String body = text.replace(PEM_BEGIN, "").replace(PEM_END, "").replaceAll("\\s", "");
    return x509(Base64.getDecoder().decode(body));
  }

  private static List<NamedKey> jwk(JsonNode json) throws GeneralSecurityException {
    List<NamedKey> keys = new ArrayList<>();
    for (JsonNode one : json.has("keys") ? json.get("keys") : List.of(json)) {
      if (!"OKP".equals(one.path("kty").asText()) || !"Ed25519".equals(one.path("crv").asText())) {
        throw new IllegalArgumentException("kty must be OKP and crv Ed25519");
      }
      byte[] x = Base64.getUrlDecoder().decode(one.path("x").asText());
      if (x.length != KEY_BYTES) {
        throw new IllegalArgumentException("x has " + x.length + " bytes instead of " + KEY_BYTES);
      }
      byte[] encoded = new byte[X509_PREFIX.length + KEY_BYTES];
      System.arraycopy(X509_PREFIX, 0, encoded, 0, X509_PREFIX.length);
      System.arraycopy(x, 0, encoded, X509_PREFIX.length, KEY_BYTES);
      keys.add(
          new NamedKey(
              one.hasNonNull("kid") ? one.get("kid").asText() : null,
              x509(encoded),
              one.hasNonNull("vkey") ? NoteKey.parse(one.get("vkey").asText()).name() : null));
    }
    return keys;
  }

  private static PublicKey x509(byte[] encoded) throws GeneralSecurityException {
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }
}
