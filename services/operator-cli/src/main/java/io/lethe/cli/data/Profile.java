package io.lethe.cli.data;

import java.util.Objects;

/**
 * What prompts may show of an account; each word may be null.
 *
 * @param accountId the account system's own identifier, which never leaves the importer
 */
public record Profile(String accountId, String gender, String ageBand, String occupation) {
  public Profile {
    Objects.requireNonNull(accountId, "accountId");
  }
}
