/**
 * What the accumulator decides, as plain Java over narrow interfaces: histories, the retain
 * reservoir, the expansion of requests and the life of a forget set. Knows neither Kafka nor
 * Quarkus, so that it can be simulated.
 */
package io.lethe.accumulator.domain;
