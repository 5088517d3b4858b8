/**
 * The development stack: broker, schema registry and every service on one machine, started and
 * stopped together. Not for production.
 */
package io.lethe.cli.dev;
