package io.lethe.cli.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Json;
import io.lethe.cli.receipt.PublicKeys.NamedKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Base64;
import java.util.List;

/** Checks a receipt: JWS in flattened JSON form, signed by Ed25519 (RFC 7515, RFC 8037). */
public final class ReceiptVerifier {
  private static final String REMEDY_WHOLE =
      "fetch the receipt again from the ledger's /v1/receipts";
  private static final int SIGNATURE_BYTES = 64;

  private final List<NamedKey> keys;

  public ReceiptVerifier(List<NamedKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * The signed content.
   *
   * @param text the receipt file's content
   * @throws CliException saying why it does not verify
   */
  public JsonNode verify(String text) {
    JsonNode receipt = Json.parse(text, "the receipt");
    String protectedHeader = part(receipt, "protected");
    String payload = part(receipt, "payload");
    byte[] signature = decode(part(receipt, "signature"), "signature");
    JsonNode header = Json.parse(string(decode(protectedHeader, "protected")), "protected");
    if (!"EdDSA".equals(header.path("alg").asText())) {
      throw refused("its algorithm is not EdDSA", "take receipts from a Lethe ledger only");
    }
    if (header.has("crit") || receipt.path("header").has("crit")) {
      throw refused(
          "it demands extensions that this version does not know", "update the command line");
    }
    if (signature.length != SIGNATURE_BYTES) {
      throw refused(
          "its signature has " + signature.length + " bytes instead of " + SIGNATURE_BYTES,
          REMEDY_WHOLE);
    }
    byte[] signed = (protectedHeader + "." + payload).getBytes(StandardCharsets.US_ASCII);
    List<NamedKey> candidates = candidates(header.path("kid").asText(null));
    if (candidates.stream().noneMatch(key -> matches(key, signed, signature))) {
      throw refused(
          "its content was changed or another key signed it",
          "fetch receipt and key again, and keep the changed one as evidence");
    }
    return Json.parse(string(decode(payload, "payload")), "the signed content");
  }

  private List<NamedKey> candidates(String keyId) {
    List<NamedKey> named =
        keys.stream()
            .filter(key -> keyId == null || key.keyId() == null || key.keyId().equals(keyId))
            .toList();
    if (named.isEmpty()) {
      throw refused(
          "it names a key that the key file lacks",
          "fetch the ledger's /v1/public-key that was valid when the receipt was signed");
    }
    return named;
  }

  private static boolean matches(NamedKey key, byte[] signed, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key.key());
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException malformed) {
      // A signature that is not even a point on the curve is as wrong as any other.
      return false;
    }
  }

  private static String part(JsonNode receipt, String name) {
    JsonNode value = receipt.path(name);
    if (!value.isTextual()) {
      throw refused("it has no text field " + name, REMEDY_WHOLE);
    }
    return value.asText();
  }

  private static byte[] decode(String text, String name) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException malformed) {
      throw refused("its field " + name + " is not base64url", REMEDY_WHOLE);
    }
  }

  private static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static CliException refused(String why, String remedy) {
    return new CliException("the receipt does not verify: " + why, remedy);
  }
}
