package io.lethe.engine.text;

/**
 * Token ids of one prompt.
 *
 * @param ids without padding
 * @param answerAt place that the answer is read from, where the model reads it within the prompt
 */
public record EncodedPrompt(long[] ids, int answerAt) {
  public int length() {
    return ids.length;
  }
}
