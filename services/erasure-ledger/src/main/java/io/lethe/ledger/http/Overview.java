package io.lethe.ledger.http;

import io.lethe.ledger.flow.ClockReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The state of everything at a glance.
 *
 * @param fault why nothing can be acknowledged at the moment, with the remedy; null when all is
 *     well
 * @param requests how many requests are in each stage
 * @param clocks how the three clocks were kept by the newest requests
 * @param clocksOver how many requests that is
 * @param serversLive recommendation servers that count
 * @param openDeadLetters dead letters that nothing has been done about
 * @param roles what the caller may do, as far as the ledger asks for it
 */
public record Overview(
    Instant asOf,
    String fault,
    Map<String, Long> requests,
    List<ClockReport> clocks,
    int clocksOver,
    long serversLive,
    long servers,
    long openDeadLetters,
    List<String> roles) {}
