/** What the service says of itself: the open forget set, health, metrics. */
package io.lethe.accumulator.status;
