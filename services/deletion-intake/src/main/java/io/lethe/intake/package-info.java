/**
 * The front door for deletion requests, by REST and by Kafka. The packages are the steps of the
 * way: {@code http} and {@code kafka} read what is asked, {@code accept} de-duplicates and dates
 * it, {@code publish} makes it durable, {@code status} tells where it stands; {@code domain} holds
 * the rules.
 */
package io.lethe.intake;
