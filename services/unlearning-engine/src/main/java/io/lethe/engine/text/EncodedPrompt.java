package io.lethe.engine.text;

/**
 * Token ids of one prompt.
 *
 * @param ids without padding
 * @param maskAt place of the mask token
 */
public record EncodedPrompt(long[] ids, int maskAt) {
  public int length() {
    return ids.length;
  }
}
