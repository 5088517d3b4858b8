/** Tunes a recommender on a data set, once for the same data and settings. */
package io.lethe.cli.train;
