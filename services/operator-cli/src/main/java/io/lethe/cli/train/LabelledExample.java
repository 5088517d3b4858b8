package io.lethe.cli.train;

import io.lethe.engine.Example;
import java.time.Instant;

/**
 * An example with what the command line must know of it.
 *
 * @param accountId whose sample it is; stays in this process
 * @param itemId the item in question
 * @param recordedAt when the account rated it
 * @param trainedOn false when it is held out
 */
public record LabelledExample(
    Example example, String accountId, String itemId, Instant recordedAt, boolean trainedOn) {}
