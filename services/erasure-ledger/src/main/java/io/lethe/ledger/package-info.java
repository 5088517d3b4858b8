/**
 * The ledger of every outcome: lifecycle of each deletion request, hash-chained log, receipts,
 * deadlines, and the operators' page.
 */
package io.lethe.ledger;
