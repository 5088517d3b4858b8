package io.lethe.engine;

import java.util.Objects;

/**
 * One training or test row.
 *
 * @param id stable name of the row; batches are a function of ids and seed
 * @param prompt the question
 * @param liked the true answer
 */
public record Example(String id, Prompt prompt, boolean liked) {
  public Example {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(prompt, "prompt");
  }
}
