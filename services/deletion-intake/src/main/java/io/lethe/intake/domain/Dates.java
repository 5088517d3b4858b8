package io.lethe.intake.domain;

import java.time.Instant;

/**
 * The dates of an accepted request.
 *
 * @param receivedAt start of the legal clock
 * @param acceptedAt when intake accepted it
 * @param dueAt the deadline
 */
public record Dates(Instant receivedAt, Instant acceptedAt, Instant dueAt) {}
