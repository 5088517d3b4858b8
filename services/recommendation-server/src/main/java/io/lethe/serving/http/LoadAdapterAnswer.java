package io.lethe.serving.http;

/**
 * What became of the request to load a version.
 *
 * @param name the version
 * @param state {@code served}, {@code held} for pinned requests, or {@code loading}: GET /v1/models
 *     then tells how it ends
 */
public record LoadAdapterAnswer(String name, String state) {}
