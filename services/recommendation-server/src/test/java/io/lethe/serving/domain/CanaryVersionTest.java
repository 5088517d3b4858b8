package io.lethe.serving.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.serving.model.Versions;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CanaryVersionTest {
  private static final int SUBJECTS = 20_000;

  @Test
  void shouldAnswerItsShareOfTheSubjects() {
    CanaryVersion tenth = canary(7, 10);
    assertThat(subjects(tenth)).isBetween(SUBJECTS * 9L / 100, SUBJECTS * 11L / 100);
    assertThat(subjects(canary(7, 0))).isZero();
    assertThat(subjects(canary(7, 100))).isEqualTo(SUBJECTS);
  }

  @Test
  void shouldKeepItsSubjectsWhenTheShareGrowsAndTakeOthersForAnotherVersion() {
    CanaryVersion tenth = canary(7, 10);
    CanaryVersion half = canary(7, 50);
    CanaryVersion next = canary(8, 10);
    assertThat(IntStream.range(0, SUBJECTS).mapToObj(CanaryVersionTest::subject))
        .allMatch(subject -> !tenth.answers(subject) || half.answers(subject))
        .anyMatch(subject -> tenth.answers(subject) && !next.answers(subject));
  }

  @Test
  void shouldRefuseAShareThatIsNone() {
    assertThatThrownBy(() -> canary(7, 101)).hasMessage("percent must be 0 to 100, not 101");
  }

  private static long subjects(CanaryVersion canary) {
    return IntStream.range(0, SUBJECTS)
        .mapToObj(CanaryVersionTest::subject)
        .filter(canary::answers)
        .count();
  }

  private static String subject(int number) {
    return "subject-" + number;
  }

  private static CanaryVersion canary(long number, int percent) {
    return new CanaryVersion(Versions.version(number, "one", Set.of()), "share", percent);
  }
}
