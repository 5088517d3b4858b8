/** Runs a candidate's manifest again and tells whether the same bytes come out. */
package io.lethe.cli.replay;
