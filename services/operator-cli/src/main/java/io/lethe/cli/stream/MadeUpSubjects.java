package io.lethe.cli.stream;

import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.event.SubjectProfile;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import java.time.Duration;
import java.time.Instant;

/** Subjects and their histories, made up by their numbers: the same in every run. */
final class MadeUpSubjects {
  /** Scores above it are likes, of those from 1 to 10 that histories hold. */
  static final double LIKED_ABOVE = 6;

  /** Everything made up lies before it, so that all samples were tuned on. */
  static final Instant TRAIN_UNTIL = Instant.parse("2025-01-01T00:00:00Z");

  private static final Instant FIRST = Instant.parse("2023-01-01T00:00:00Z");
  private static final int ITEMS = 20_011;
  private static final int SCORES = 10;
  private static final String[] AGE_BANDS = {"18-24", "25-34", "35-44", "45-54", "55+"};
  private static final String[] OCCUPATIONS = {"writer", "engineer", "student", "retired"};

  private final SubjectPseudonymizer pseudonymizer;

  MadeUpSubjects(SubjectPseudonymizer pseudonymizer) {
    this.pseudonymizer = pseudonymizer;
  }

  String account(int subject) {
    return "bench-account-" + subject;
  }

  String subjectRef(int subject) {
    return pseudonymizer.subjectRef(account(subject));
  }

  SubjectProfile profile(String subjectRef, int subject) {
    return SubjectProfile.newBuilder()
        .setSubjectRef(subjectRef)
        .setGender(subject % 2 == 0 ? "female" : "male")
        .setAgeBand(AGE_BANDS[subject % AGE_BANDS.length])
        .setOccupation(OCCUPATIONS[subject % OCCUPATIONS.length])
        .build();
  }

  InteractionRecorded interaction(String subjectRef, int subject, int number) {
    // The stride is prime to the number of items, so that no subject rates an item twice.
    long item = (subject * 31L + number * 7_919L) % ITEMS;
    return new InteractionRecorded(
        subjectRef,
        "item-" + item,
        1.0 + (subject + 3L * number) % SCORES,
        FIRST.plus(Duration.ofMinutes(subject % 100_000 + 1_000L * number)));
  }
}
