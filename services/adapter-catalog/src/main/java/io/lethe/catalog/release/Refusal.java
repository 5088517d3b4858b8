package io.lethe.catalog.release;

import io.lethe.catalog.domain.RefusalReason;
import java.time.Instant;

/** A candidate that did not become a version. */
public record Refusal(
    String forgetSetId,
    int requests,
    String adapterId,
    RefusalReason reason,
    String detail,
    Instant refusedAt) {}
