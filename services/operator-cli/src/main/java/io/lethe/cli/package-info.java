/**
 * The command line behind {@code ./lethe}: operators' commands over HTTP and Kafka, and the
 * development stack. Not a service: nothing depends on it.
 */
package io.lethe.cli;
