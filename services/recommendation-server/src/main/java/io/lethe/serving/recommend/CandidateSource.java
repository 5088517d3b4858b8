package io.lethe.serving.recommend;

import io.lethe.serving.history.SubjectView;
import java.util.List;

/** Chooses the items that are ranked where a request names none. Thread-safe. */
public interface CandidateSource {
  /**
   * Items of the catalogue that the subject has neither seen nor had erased.
   *
   * @param view what may be known of the subject
   * @param limit how many at most
   */
  List<String> candidates(String subjectRef, SubjectView view, int limit);
}
