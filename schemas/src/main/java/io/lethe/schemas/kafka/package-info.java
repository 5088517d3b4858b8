/**
 * What every Kafka client of ours shares: safe settings, followed topics, dead letters, CloudEvents
 * headers.
 */
package io.lethe.schemas.kafka;
