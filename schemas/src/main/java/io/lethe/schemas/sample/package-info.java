/** How interactions become training samples, and which samples a deletion reaches. */
package io.lethe.schemas.sample;
