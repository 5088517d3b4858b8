package io.lethe.ledger.domain;

import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.RequestStage;

/**
 * One step of one request.
 *
 * @param after the request's snapshot after it
 */
public record Step(RequestEvent event, RequestStage from, DeletionProgressed after) {}
