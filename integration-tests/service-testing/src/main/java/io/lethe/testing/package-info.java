/** What the tests of several services share. */
package io.lethe.testing;
