package io.lethe.intake.domain;

import io.lethe.schemas.event.ExtensionReason;
import java.time.Instant;

/**
 * An operator's wish to move a deadline.
 *
 * @param reason why, in the law's terms
 * @param notifiedAt when the person was told of it
 * @param dueAt the new deadline; null for the latest that the regime allows
 */
public record ExtensionRequest(ExtensionReason reason, Instant notifiedAt, Instant dueAt) {}
