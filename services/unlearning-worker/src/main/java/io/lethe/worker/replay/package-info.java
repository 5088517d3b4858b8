/** The exact path: an approximate version is replaced by a tuning that never saw its rows. */
package io.lethe.worker.replay;
