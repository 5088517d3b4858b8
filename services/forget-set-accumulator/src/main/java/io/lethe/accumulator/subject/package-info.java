/**
 * Step 1, one task for each subject partition: histories, the reservoir, the expansion of requests.
 */
package io.lethe.accumulator.subject;
