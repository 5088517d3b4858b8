package io.lethe.cli.receipt;

import io.lethe.cli.CliException;
import io.lethe.schemas.tlog.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder of receipts: each must verify, and all must be of one history. */
final class ReceiptFolder {
  private static final String SUFFIX = ".json";

  private final Map<Path, VerifiedReceipt> verified = new LinkedHashMap<>();
  private final Map<Path, CliException> bad = new LinkedHashMap<>();

  private ReceiptFolder() {}

  static ReceiptFolder read(Path folder, ReceiptVerifier verifier) {
    ReceiptFolder receipts = new ReceiptFolder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files.filter(one -> one.getFileName().toString().endsWith(SUFFIX)).sorted().toList()) {
        try {
          receipts.verified.put(file, verifier.check(Files.readString(file)));
        } catch (CliException refused) {
          receipts.bad.put(file, refused);
        }
      }
    } catch (IOException unreadable) {
      throw new CliException(
          "the folder " + folder + " cannot be read", "check its path", unreadable);
    }
    if (receipts.verified.isEmpty() && receipts.bad.isEmpty()) {
      throw new CliException(
          "the folder " + folder + " holds neither receipts (*.json) nor a log's checkpoint",
          "give a receipt, a folder of receipts, or a copy of the ledger's log");
    }
    receipts.findSplit();
    return receipts;
  }

  /** Two checkpoints of one size must have one root, or the ledger has told two histories. */
  private void findSplit() {
    Map<String, Checkpoint> bySize = new LinkedHashMap<>();
    List<Path> split = new ArrayList<>();
    verified.forEach(
        (file, receipt) -> {
          if (receipt.isProven()) {
            Checkpoint one = receipt.checkpoint();
            Checkpoint other = bySize.putIfAbsent(one.origin() + " " + one.size(), one);
            if (other != null && !other.equals(one)) {
              split.add(file);
            }
          }
        });
    for (Path file : split) {
      bad.put(
          file,
          new VerificationException(
              "the receipt",
              "its checkpoint of "
                  + verified.remove(file).checkpoint().size()
                  + " entries is not the one that another receipt has: the log was forked",
              "keep both as evidence: whoever holds the key signed two histories"));
    }
  }

  Map<Path, VerifiedReceipt> verified() {
    return verified;
  }

  Map<Path, CliException> bad() {
    return bad;
  }

  long proven() {
    return verified.values().stream().filter(VerifiedReceipt::isProven).count();
  }

  List<Checkpoint> checkpoints() {
    return verified.values().stream()
        .filter(VerifiedReceipt::isProven)
        .map(VerifiedReceipt::checkpoint)
        .distinct()
        .toList();
  }
}
