/** {@code lethe bench serve}: one server under load while version after version is switched to. */
package io.lethe.cli.serve;
