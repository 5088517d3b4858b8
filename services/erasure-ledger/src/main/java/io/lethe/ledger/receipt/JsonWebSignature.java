package io.lethe.ledger.receipt;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A JWS in flattened JSON serialisation (RFC 7515); each member is base64url without padding.
 *
 * @param protectedHeader the header
 * @param payload what is signed
 * @param signature over {@code protected.payload}
 */
public record JsonWebSignature(
    @JsonProperty("protected") String protectedHeader,
    @JsonProperty("payload") String payload,
    @JsonProperty("signature") String signature) {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /** Signs a payload under a header, both JSON texts. */
  static JsonWebSignature sign(String header, byte[] payload, SigningKey key) {
    String encodedHeader = ENCODER.encodeToString(header.getBytes(StandardCharsets.UTF_8));
    String encodedPayload = ENCODER.encodeToString(payload);
    byte[] input = (encodedHeader + "." + encodedPayload).getBytes(StandardCharsets.US_ASCII);
    return new JsonWebSignature(
        encodedHeader, encodedPayload, ENCODER.encodeToString(key.sign(input)));
  }
}
