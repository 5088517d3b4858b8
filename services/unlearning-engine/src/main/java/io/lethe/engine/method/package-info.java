/**
 * Ways to make a recommender forget, for the bench to compare: losses that share one loop, the
 * published E2URec, hidden states that are steered, and training anew whole or in shards. {@link
 * io.lethe.engine.method.Methods} knows them by name.
 */
package io.lethe.engine.method;
