package io.lethe.ledger.callback;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs messages as Standard Webhooks has it: HMAC-SHA256 over id, time and body. */
final class WebhookSigner {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String SECRET_PREFIX = "whsec_";
  private static final String VERSION = "v1,";
  private static final int SECRET_BYTES_MIN = 24;
  private static final int SECRET_BYTES_MAX = 64;
  private static final int SECRETS_MAX = 4;

  private final List<SecretKeySpec> secrets;

  private WebhookSigner(List<SecretKeySpec> secrets) {
    this.secrets = secrets;
  }

  /**
   * Reads the secrets, one a line.
   *
   * @throws IllegalStateException when the file cannot be used, without quoting it
   */
  static WebhookSigner read(String producer, Path file) {
    try {
      List<SecretKeySpec> secrets =
          Files.readAllLines(file).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .map(WebhookSigner::secret)
              .toList();
      if (secrets.isEmpty() || secrets.size() > SECRETS_MAX) {
        throw new IllegalArgumentException("number of secrets");
      }
      return new WebhookSigner(secrets);
    } catch (IOException | IllegalArgumentException unusable) {
      // The cause may quote the secret.
      throw new IllegalStateException(
          "The file that lethe.callbacks.producers.\""
              + producer
              + "\".secret-file names ("
              + unusable.getClass().getSimpleName()
              + ") must hold 1 to "
              + SECRETS_MAX
              + " lines of "
              + SECRET_PREFIX
              + " and the Base64 of "
              + SECRET_BYTES_MIN
              + " to "
              + SECRET_BYTES_MAX
              + " random bytes; make one with: echo whsec_$(openssl rand -base64 32)");
    }
  }

  /** The value of the header webhook-signature. */
  String sign(String messageId, Instant at, String body) {
    byte[] signed =
        (messageId + "." + at.getEpochSecond() + "." + body).getBytes(StandardCharsets.UTF_8);
    return secrets.stream()
        .map(secret -> VERSION + Base64.getEncoder().encodeToString(mac(secret, signed)))
        .collect(Collectors.joining(" "));
  }

  private static SecretKeySpec secret(String line) {
    if (!line.startsWith(SECRET_PREFIX)) {
      throw new IllegalArgumentException("prefix");
    }
    byte[] secret = Base64.getDecoder().decode(line.substring(SECRET_PREFIX.length()));
    if (secret.length < SECRET_BYTES_MIN || secret.length > SECRET_BYTES_MAX) {
      throw new IllegalArgumentException("length");
    }
    return new SecretKeySpec(secret, ALGORITHM);
  }

  private static byte[] mac(SecretKeySpec secret, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      return mac.doFinal(message);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("[BUG] Every JDK has HMAC-SHA256.", impossible);
    }
  }
}
