package io.lethe.ledger.record;

import io.lethe.ledger.domain.RequestEvent;
import io.lethe.schemas.event.RequestStage;
import java.time.Instant;

/**
 * One entry of the log: a step of a request and the snapshot after it.
 *
 * @param sequence position in the log, from 1
 * @param previousHash hash of the entry before; 64 zeros for the first
 * @param at when the ledger recorded it
 */
public record LogEntry(
    long sequence,
    String previousHash,
    Instant at,
    RequestEvent event,
    RequestStage from,
    RequestSnapshot after) {}
