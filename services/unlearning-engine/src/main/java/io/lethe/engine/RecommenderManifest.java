package io.lethe.engine;

/**
 * The content of recommender.json.
 *
 * @param baseDigest digest of the base it was tuned from, or null for a base itself
 * @param templateId version of the prompt template it was tuned with
 * @param precision it was tuned in
 * @param settings it was tuned with, or null for a base itself
 * @param seed of adapter start and batches
 * @param examples number of rows it was tuned on
 * @param maskedExamples rows left out of their places (exact retrain)
 * @param examplesDigest SHA-256 over the ids and labels of the rows it was tuned on
 */
public record RecommenderManifest(
    String baseDigest,
    String templateId,
    String precision,
    TuneSettings settings,
    long seed,
    int examples,
    int maskedExamples,
    String examplesDigest) {}
