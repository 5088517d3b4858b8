package io.lethe.cli.train;

import io.lethe.engine.Example;

/**
 * An example with what the command line must know of it.
 *
 * @param accountId whose sample it is; stays in this process
 * @param trainedOn false when it is held out
 */
public record LabelledExample(Example example, String accountId, boolean trainedOn) {}
