package io.lethe.serving.http;

import java.util.List;

/**
 * What a client asks.
 *
 * @param subject account id, pseudonymised on arrival; either this or subjectRef
 * @param subjectRef keyed pseudonym
 * @param candidates items to rank; absent leaves the choice to the server
 * @param topN how many to return at most; absent takes the default
 */
public record RecommendationRequest(
    String subject, String subjectRef, List<String> candidates, Integer topN) {}
