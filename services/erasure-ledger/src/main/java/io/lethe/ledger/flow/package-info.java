/**
 * What the other services are at, for people who watch: forget sets on their way, candidates with
 * their gates, versions with their parents, and how well the clocks are kept. Nothing of it decides
 * anything.
 */
package io.lethe.ledger.flow;
