/** {@code lethe bench stream}: how many deletions the path takes, beside Kafka's own producer. */
package io.lethe.cli.stream;
