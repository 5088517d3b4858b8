/** How the two steps are joined, and how the service configures them. */
package io.lethe.accumulator.topology;
