/** Compares unlearning methods on one request: protocol, stages that survive a kill, figures. */
package io.lethe.cli.bench;
