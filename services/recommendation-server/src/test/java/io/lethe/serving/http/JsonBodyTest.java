package io.lethe.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonBodyTest {
  @Test
  void shouldRefuseABodyThatIsTakenForUtf32AndHoldsNoCharacterOfIt() {
    byte[] body = {'{', 0, 0, 0, 0x22, 0x72, 0x64, 0x71};
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class, () -> JsonBody.read(body, Map.class, body.length));
    assertThat(refused.problem().status()).isEqualTo(400);
    assertThat(refused.problem().detail()).contains("UTF-8");
  }
}
