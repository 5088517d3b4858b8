package io.lethe.cli;

/** How results are written to standard output. */
public enum OutputFormat {
  /** Lines for people. */
  text,
  /** One JSON object on one line, for programs. */
  json
}
