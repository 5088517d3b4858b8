package io.lethe.cli.bench;

/**
 * What a model answers to the rows that one request is measured on.
 *
 * @param erased rows to forget
 * @param others rows of training subjects who did not ask
 * @param test rows that no model was trained on
 */
record RequestScores(float[] erased, float[] others, float[] test) {
  Figures.Scores measured() {
    return new Figures.Scores(erased, test);
  }
}
