package io.lethe.serving.http;

import io.lethe.schemas.subject.SubjectPseudonymizer;
import io.lethe.serving.ServingConfig;
import io.lethe.serving.recommend.RecommendationQuery;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Checks a recommendation request and takes the identity out of it. */
@Singleton
class QueryReader {
  private static final int TEXT_LENGTH_MAX = 512;

  private final Optional<SubjectPseudonymizer> pseudonymizer;
  private final ServingConfig config;

  QueryReader(ServingConfig config) {
    this.config = config;
    this.pseudonymizer = config.pseudonymKeyFile().map(SubjectPseudonymizer::fromKeyFile);
  }

  RecommendationQuery query(byte[] body) {
    RecommendationRequest request =
        JsonBody.read(body, RecommendationRequest.class, config.bodyBytesMax());
    return new RecommendationQuery(
        subjectRef(request), candidates(request.candidates()), topN(request.topN()));
  }

  private String subjectRef(RecommendationRequest request) {
    if ((request.subject() == null) == (request.subjectRef() == null)) {
      throw ProblemException.badField(
          "subject", "Send either subject, an account id, or subjectRef, its pseudonym.");
    }
    if (request.subjectRef() != null) {
      if (!SubjectPseudonymizer.isSubjectRef(request.subjectRef())) {
        throw ProblemException.badField(
            "subjectRef",
            "It has "
                + request.subjectRef().length()
                + " characters; a pseudonym has 52 of a-z and 2-7. Send an account id as subject.");
      }
      return request.subjectRef();
    }
    if (request.subject().isBlank() || request.subject().length() > TEXT_LENGTH_MAX) {
      throw ProblemException.badField(
          "subject",
          "It has "
              + request.subject().length()
              + " characters; an account id has 1 to "
              + TEXT_LENGTH_MAX
              + ".");
    }
    return pseudonymizer
        .orElseThrow(
            () ->
                ProblemException.badField(
                    "subject",
                    "This server has no pseudonym key: set lethe.pseudonym-key-file, or send"
                        + " subjectRef."))
        .subjectRef(request.subject());
  }

  private List<String> candidates(List<String> candidates) {
    if (candidates == null) {
      return null;
    }
    if (candidates.isEmpty() || candidates.size() > config.candidatesMax()) {
      throw ProblemException.badField(
          "candidates",
          "It names "
              + candidates.size()
              + " items; name 1 to "
              + config.candidatesMax()
              + ", or leave it out.");
    }
    for (int position = 0; position < candidates.size(); position++) {
      String itemId = candidates.get(position);
      if (itemId == null || itemId.isEmpty() || itemId.length() > TEXT_LENGTH_MAX) {
        throw ProblemException.badField(
            "candidates[" + position + "]",
            "An item id is a text of 1 to " + TEXT_LENGTH_MAX + " characters.");
      }
    }
    return candidates;
  }

  private int topN(Integer topN) {
    if (topN == null) {
      return config.topNDefault();
    }
    if (topN < 1 || topN > config.topNMax()) {
      throw ProblemException.badField(
          "topN", "It must lie between 1 and " + config.topNMax() + ".");
    }
    return topN;
  }
}
