/** Verifies receipts without asking anyone: a file, a public key and this JDK. */
package io.lethe.cli.receipt;
