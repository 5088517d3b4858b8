/**
 * The demonstration: a recommender is tuned, served, asked about four people, and made to forget
 * them, in front of the reader and against an exact retrain.
 */
package io.lethe.cli.demo;
