package io.lethe.cli.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Json;
import io.lethe.cli.receipt.PublicKeys.NamedKey;
import io.lethe.schemas.tlog.Checkpoint;
import io.lethe.schemas.tlog.InclusionProof;
import io.lethe.schemas.tlog.TamperedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Checks a receipt: a JWS in flattened JSON form, signed by Ed25519 (RFC 7515, RFC 8037), and the
 * proof that the log of the checkpoint in it names its content (C2SP tlog-proof).
 */
public final class ReceiptVerifier {
  private static final String SUBJECT = "the receipt";
  private static final String REMEDY_WHOLE =
      "fetch the receipt again from the ledger's /v1/receipts";
  private static final String REMEDY_EVIDENCE =
      "fetch receipt and key again, and keep the changed one as evidence";
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
    return check(text).content();
  }

  /**
   * The signed content and what proves it.
   *
   * @param text the receipt file's content
   * @throws CliException saying why it does not verify
   */
  public VerifiedReceipt check(String text) {
    JsonNode receipt = Json.parse(text, SUBJECT);
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
      throw refused("its content was changed or another key signed it", REMEDY_EVIDENCE);
    }
    byte[] words = decode(payload, "payload");
    JsonNode content = Json.parse(string(words), "the signed content");
    if (header.hasNonNull("log")) {
      return proven(receipt, content, words, header.get("log").asText(), candidates);
    }
    if (receipt.has("proof") || receipt.has("entry")) {
      throw refused("it carries a proof that its signature knows nothing of", REMEDY_EVIDENCE);
    }
    return new VerifiedReceipt(content, null, null, null);
  }

  private VerifiedReceipt proven(
      JsonNode receipt, JsonNode content, byte[] words, String log, List<NamedKey> signers) {
    byte[] entry = decode(part(receipt, "entry"), "entry");
    try {
      InclusionProof proof = InclusionProof.parse(part(receipt, "proof"));
      Checkpoint checkpoint = proof.verify(entry, PublicKeys.noteKeys(signers, log));
      if (!checkpoint.origin().equals(log)) {
        throw refused("its proof is of another log than it names", REMEDY_EVIDENCE);
      }
      requireNamed(entry, content, words);
      return new VerifiedReceipt(content, proof.index(), entry, checkpoint);
    } catch (TamperedException tampered) {
      throw VerificationException.of(SUBJECT, tampered);
    }
  }

  /** The log's entry must name what the receipt says, and be of the same request. */
  private static void requireNamed(byte[] entry, JsonNode content, byte[] words) {
    JsonNode logged = Json.parse(string(entry), "the log's entry");
    boolean same =
        logged.path("receiptDigest").asText().equals(sha256(words))
            && logged.path("after").path("requestId").equals(content.path("requestId"))
            && logged.path("after").path("receiptId").equals(content.path("receiptId"));
    if (!same) {
      throw refused("the log's entry names another receipt than this one", REMEDY_EVIDENCE);
    }
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

  /** In the one spelling that the bytes have, so that no changed character goes unnoticed. */
  private static byte[] decode(String text, String name) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException malformed) {
      throw notBase64(name);
    }
    throw notBase64(name);
  }

  private static VerificationException notBase64(String name) {
    return refused("its field " + name + " is not base64url", REMEDY_WHOLE);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  private static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static VerificationException refused(String why, String remedy) {
    return new VerificationException(SUBJECT, why, remedy);
  }
}
