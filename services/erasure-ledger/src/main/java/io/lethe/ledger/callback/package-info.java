/** Tells producers that their requests are done: signed callbacks, at least once. */
package io.lethe.ledger.callback;
