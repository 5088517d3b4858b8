/**
 * The ledger of every outcome: lifecycle of each deletion request, Merkle log, receipts, deadlines,
 * and the operators' page.
 */
package io.lethe.ledger;
