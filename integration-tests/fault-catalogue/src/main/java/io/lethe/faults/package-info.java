/**
 * The catalogue of faults: a test says by annotation which one it shows, a listener keeps how it
 * went, and the page docs/testing/faults.md is made of both.
 */
package io.lethe.faults;
