/**
 * unlearning-worker: claims a forget set, unlearns it, gates the candidate and publishes it.
 *
 * <p>The flow reads as the packages: {@code claim} takes forget sets from Kafka, one at a time;
 * {@code assemble} turns samples into prompts; {@code unlearn} runs the engine outside of any
 * transaction, in steps that {@code domain} declares as a lifecycle; {@code gate} measures; {@code
 * publish} puts the outcome and the set's offset into one short transaction. {@code http} shows
 * where the work stands.
 */
package io.lethe.worker;
