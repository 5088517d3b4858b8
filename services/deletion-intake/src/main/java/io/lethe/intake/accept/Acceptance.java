package io.lethe.intake.accept;

import io.lethe.intake.status.RequestStatus;

/**
 * A request is durable.
 *
 * @param status where it stands
 * @param repeated true when it was accepted earlier, and nothing was published now
 */
public record Acceptance(RequestStatus status, boolean repeated) {}
