package io.lethe.serving.suppress;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.serving.domain.ErasureScope;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuppressionRegisterTest {
  private final SuppressionRegister register = new SuppressionRegister();

  @Test
  void shouldSuppressOnceHoweverOftenTheRequestComes() {
    assertThat(register.suppress("r1", "ada", ErasureScope.all())).isTrue();
    assertThat(register.suppress("r1", "ada", ErasureScope.all())).isFalse();
    assertThat(register.of("ada").everything()).isTrue();
    assertThat(register.of("ada").generation()).isEqualTo(1);
    assertThat(register.suppressedSubjects()).isEqualTo(1);
  }

  @Test
  void shouldStaySuppressedWhileAnotherRequestStands() {
    register.suppress("r1", "ada", ErasureScope.all());
    register.suppress("r2", "ada", ErasureScope.items(Set.of("a")));
    assertThat(register.lift("r1")).isTrue();
    assertThat(register.of("ada").everything()).isFalse();
    assertThat(register.of("ada").names("a")).isTrue();
    assertThat(register.suppressedSubjects()).isEqualTo(1);
    assertThat(register.lift("r2")).isTrue();
    assertThat(register.of("ada").scopes()).isEmpty();
    assertThat(register.suppressedSubjects()).isZero();
  }

  @Test
  void shouldNotSuppressForARequestWhoseWithdrawalCameFirst() {
    assertThat(register.lift("r1")).isFalse();
    assertThat(register.suppress("r1", "ada", ErasureScope.all())).isFalse();
    assertThat(register.of("ada")).isEqualTo(Suppression.NONE);
    assertThat(register.suppressedSubjects()).isZero();
  }

  @Test
  void shouldNotSuppressAgainWhenAWithdrawnRequestIsReplayed() {
    register.suppress("r1", "ada", ErasureScope.all());
    register.lift("r1");
    assertThat(register.suppress("r1", "ada", ErasureScope.all())).isFalse();
    assertThat(register.of("ada").everything()).isFalse();
  }
}
