/** The contract: events, topics and the serde. */
package io.lethe.schemas;
