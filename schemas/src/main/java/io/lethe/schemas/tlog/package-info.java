/**
 * The ledger's log as anybody can check it: a transparency log in the formats of C2SP (tlog-tiles,
 * tlog-checkpoint, signed-note, tlog-proof) over the Merkle tree of RFC 6962. Plain JDK; whoever
 * holds a copy and the public key needs nothing else.
 */
package io.lethe.schemas.tlog;
