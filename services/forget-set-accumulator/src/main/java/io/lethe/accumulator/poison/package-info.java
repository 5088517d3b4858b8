/** What happens to records that cannot be read, used or written. */
package io.lethe.accumulator.poison;
