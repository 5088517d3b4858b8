package io.lethe.engine;

import java.nio.file.Path;

/**
 * What tuning left behind.
 *
 * @param folder Hugging Face folder with recommender.json
 * @param digest of the recommender, as {@link Recommender#digest()} will report it
 * @param manifest the content of recommender.json
 * @param seconds spent on training
 * @param finalLoss mean loss of the last epoch
 */
public record TunedRecommender(
    Path folder, String digest, RecommenderManifest manifest, double seconds, double finalLoss) {}
