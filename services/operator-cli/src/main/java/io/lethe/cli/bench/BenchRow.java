package io.lethe.cli.bench;

import io.lethe.engine.Example;

/**
 * A row with whose it is.
 *
 * @param subject a number in place of the account's own identifier
 */
public record BenchRow(Example example, String subject) {}
