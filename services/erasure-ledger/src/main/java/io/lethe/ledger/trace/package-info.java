/** Each request's way as a trace. */
package io.lethe.ledger.trace;
