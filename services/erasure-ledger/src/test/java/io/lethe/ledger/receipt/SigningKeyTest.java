package io.lethe.ledger.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTest {
  /** The key of RFC 8037, appendix A. */
  private static final String RFC_KEY =
      "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
          + "\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\","
          + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";

  @Test
  void shouldHaveTheThumbprintOfTheStandardsExample() {
    assertThat(SigningKey.parse(RFC_KEY, "key").keyId())
        .isEqualTo("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  }

  @Test
  void shouldSignAsTheStandardsExample() {
    JsonWebSignature signed =
        JsonWebSignature.sign(
            "{\"alg\":\"EdDSA\"}",
            "Example of Ed25519 signing".getBytes(StandardCharsets.UTF_8),
            SigningKey.parse(RFC_KEY, "key"));
    assertThat(signed)
        .isEqualTo(
            new JsonWebSignature(
                "eyJhbGciOiJFZERTQSJ9",
                "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
                "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"));
  }

  @Test
  void shouldMakeAKeyForItsOwnerAloneAndKeepIt(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("state/signing-key.jwk");
    SigningKey made = SigningKey.loadOrCreate(file, new SecureRandom());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(SigningKey.loadOrCreate(file, new SecureRandom()).publicJwk("log.example/lethe"))
        .isEqualTo(made.publicJwk("log.example/lethe"));
    assertThat(Files.list(file.getParent())).containsExactly(file);
  }

  @Test
  void shouldRefuseAKeyWhoseHalvesDoNotMatchWithoutQuotingIt() {
    String mixed = RFC_KEY.replace("\"d\":\"n", "\"d\":\"m");
    assertThatThrownBy(() -> SigningKey.parse(mixed, "signing-key.jwk"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The signing key signing-key.jwk in lethe.state-directory is no")
        .hasNoCause()
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("WGxne");
  }
}
