/** Which items of the catalogue a subject is asked about, where a request names none. */
package io.lethe.serving.retrieve;
