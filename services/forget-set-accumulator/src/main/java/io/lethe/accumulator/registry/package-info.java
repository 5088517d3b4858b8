/** Waiting for a schema registry that is away. */
package io.lethe.accumulator.registry;
