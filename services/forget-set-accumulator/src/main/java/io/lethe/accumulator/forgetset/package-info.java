/** Step 2, one task for each model: the open forget set, until it closes. */
package io.lethe.accumulator.forgetset;
