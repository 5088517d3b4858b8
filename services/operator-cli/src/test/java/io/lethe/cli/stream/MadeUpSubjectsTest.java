package io.lethe.cli.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MadeUpSubjectsTest {
  private final MadeUpSubjects subjects =
      new MadeUpSubjects(new SubjectPseudonymizer(new byte[32]));

  @Test
  void shouldGiveEverySubjectDistinctItemsInOrderOfTimeBeforeTheTuning() {
    for (int subject : new int[] {0, 7, 999_999}) {
      String subjectRef = subjects.subjectRef(subject);
      int number = subject;
      List<InteractionRecorded> history =
          IntStream.range(0, 200)
              .mapToObj(one -> subjects.interaction(subjectRef, number, one))
              .toList();
      assertThat(history).extracting(InteractionRecorded::getItemId).doesNotHaveDuplicates();
      assertThat(history)
          .isSortedAccordingTo(
              (one, other) -> one.getRecordedAt().compareTo(other.getRecordedAt()));
      assertThat(history)
          .allMatch(one -> one.getRecordedAt().isBefore(MadeUpSubjects.TRAIN_UNTIL))
          .allMatch(one -> one.getRating() >= 1 && one.getRating() <= 10);
    }
  }
}
