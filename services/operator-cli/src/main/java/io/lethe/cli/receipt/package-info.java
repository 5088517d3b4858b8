/**
 * Verifies receipts and the ledger's log without asking anyone: files, a public key and this JDK.
 */
package io.lethe.cli.receipt;
