package io.lethe.cli.bench;

/**
 * What one method made of one request.
 *
 * @param method its name
 * @param millis from the closed forget set in memory to the adapter, or the recommender, on disk
 * @param gatePassed whether the product would release it
 * @param gate the gate that refused it, or the last one that let it pass
 * @param gateMillis spent by the gates, not part of {@code millis}
 * @param adapterId digest of the adapter, or null where the method makes none
 * @param probes residuals of the disturbed adapter, or null where nothing was disturbed
 */
record RequestRun(
    String method,
    RequestScores scores,
    double millis,
    boolean gatePassed,
    String gate,
    double gateMillis,
    String adapterId,
    RequestProbes.Residuals probes) {}
