package io.lethe.ledger.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookSignerTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void place() {
    file = directory.resolve("secret");
  }

  @Test
  void shouldSignTheExampleOfStandardWebhooks() throws IOException {
    Files.writeString(file, SECRET + "\n");
    assertThat(sign()).isEqualTo(SIGNATURE);
  }

  @Test
  void shouldSignWithEverySecretWhileOneIsReplaced() throws IOException {
    Files.writeString(file, "whsec_" + "A".repeat(32) + "\n" + SECRET + "\n");
    assertThat(sign().split(" ")).hasSize(2).endsWith(SIGNATURE);
  }

  @Test
  void shouldRefuseASecretOfAnotherShapeWithoutQuotingIt() throws IOException {
    for (String unusable : new String[] {"", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_TWZLUQ"}) {
      Files.writeString(file, unusable);
      assertThatThrownBy(this::sign)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("lethe.callbacks.producers.\"shop\".secret-file")
          .hasMessageContaining("openssl rand -base64 32")
          .hasNoCause()
          .extracting(Throwable::getMessage)
          .asString()
          .doesNotContain("MfKQ", "TWZL");
    }
  }

  private String sign() {
    return WebhookSigner.read("shop", file)
        .sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            Instant.ofEpochSecond(1614265330),
            "{\"test\": 2432232314}");
  }
}
