/** Who the data is about, as a keyed pseudonym: the only identity that topics carry. */
package io.lethe.schemas.subject;
