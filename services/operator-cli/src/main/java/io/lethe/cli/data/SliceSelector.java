package io.lethe.cli.data;

import io.lethe.cli.CliException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Cuts a small data set out of a large one: some accounts with enough interactions, and of each the
 * first ones, so that no history begins in the middle.
 */
public final class SliceSelector {
  /** An account needs some history before its first sample, and some samples to be forgotten. */
  public static final int INTERACTIONS_MIN = 12;

  private SliceSelector() {}

  /**
   * @param subjects how many accounts to keep; 0 keeps all
   * @param rows how many interactions to keep at most; 0 keeps all of the chosen accounts'
   * @param seed chooses the accounts
   * @throws CliException when fewer accounts are heavy enough
   */
  public static Dataset select(Dataset dataset, int subjects, int rows, long seed) {
    if (subjects == 0 && rows == 0) {
      return dataset;
    }
    Map<String, List<Interaction>> byAccount = dataset.byAccount();
    int wanted = subjects == 0 ? byAccount.size() : subjects;
    int each = rows == 0 ? Integer.MAX_VALUE : Math.max(1, rows / wanted);
    int needed = subjects == 0 ? 1 : Math.max(INTERACTIONS_MIN, rows == 0 ? 0 : each);
    List<String> heavyEnough = new ArrayList<>();
    for (Map.Entry<String, List<Interaction>> entry : byAccount.entrySet()) {
      if (entry.getValue().size() >= needed) {
        heavyEnough.add(entry.getKey());
      }
    }
    if (heavyEnough.size() < wanted) {
      throw new CliException(
          dataset.name()
              + " has "
              + heavyEnough.size()
              + " accounts with "
              + needed
              + " interactions or more, not "
              + wanted,
          "ask for fewer --subjects or fewer --rows");
    }
    Collections.shuffle(heavyEnough, new Random(seed));
    List<Interaction> kept = new ArrayList<>();
    Set<String> accounts = new HashSet<>(heavyEnough.subList(0, wanted));
    for (String account : accounts) {
      List<Interaction> ofAccount = byAccount.get(account);
      kept.addAll(ofAccount.subList(0, Math.min(each, ofAccount.size())));
    }
    kept.sort(Interaction.IN_TIME);
    Set<String> itemIds = new HashSet<>();
    kept.forEach(interaction -> itemIds.add(interaction.itemId()));
    return new Dataset(
        dataset.name(),
        dataset.items().stream().filter(item -> itemIds.contains(item.itemId())).toList(),
        dataset.profiles().stream()
            .filter(profile -> accounts.contains(profile.accountId()))
            .toList(),
        kept,
        dataset.likedAbove());
  }
}
