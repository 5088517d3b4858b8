package io.lethe.accumulator.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.schemas.SubjectPartitioner;
import org.junit.jupiter.api.Test;

class RecordChecksTest {
  @Test
  void shouldRefuseARecordInAnotherPartitionThanItsSubjects() {
    int rightful = SubjectPartitioner.partitionOf("anna", 4);
    assertThat(new RecordChecks(rightful, 4).subjectOfInteraction("anna/i1")).isEqualTo("anna");
    int other = (rightful + 1) % 4;
    assertThatThrownBy(() -> new RecordChecks(other, 4).subjectOfInteraction("anna/i1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The record lies in partition "
                + other
                + " but its subjectRef belongs into "
                + rightful
                + "; send it with SubjectPartitioner.");
    assertThatThrownBy(() -> new RecordChecks(other, 4).subject("profile.subject", "anna"))
        .hasMessageContaining("SubjectPartitioner");
  }
}
