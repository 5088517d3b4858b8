package io.lethe.serving.http;

import java.util.List;

/**
 * Prompts to be scored as they stand.
 *
 * @param prompts the prompts
 */
public record AuditRequest(List<AuditPrompt> prompts) {
  /**
   * One prompt.
   *
   * @param profile words about a person; may be absent
   * @param history earlier interactions, oldest first; may be absent
   * @param target title of the item in question
   */
  public record AuditPrompt(String profile, List<AuditViewed> history, String target) {}

  /**
   * One earlier interaction.
   *
   * @param title title of the item
   * @param rating rating on the source's scale
   */
  public record AuditViewed(String title, Double rating) {}
}
