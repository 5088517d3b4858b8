/** Avro values in Confluent's wire format, over the genuine Schema Registry client. */
package io.lethe.schemas.serde;
