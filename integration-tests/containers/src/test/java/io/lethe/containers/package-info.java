/**
 * Faults of several hosts, each a container: brokers, the schema registry and our services, as the
 * same images run elsewhere. Tests see the system from outside, through its doors and its topics.
 */
package io.lethe.containers;
