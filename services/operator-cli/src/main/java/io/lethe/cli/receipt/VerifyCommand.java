package io.lethe.cli.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.dev.DataDirectoryOption;
import io.lethe.cli.receipt.PublicKeys.NamedKey;
import io.lethe.schemas.tlog.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies receipts and the ledger's log offline. */
@Command(
    name = "verify",
    description = {
      "Verify offline a receipt, a folder of receipts, a copy of the ledger's log, or a"
          + " checkpoint.",
      "A receipt must be signed, and the log of the checkpoint in it must name it. A log must lead"
          + " to its signed checkpoint; what is wrong is named at the first bad entry.",
      "Ends with 0 when all verifies, and with 1 and the reason when it does not."
    })
public final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "TARGET",
      description = "A receipt's file, a folder of receipts, a log's folder, or a checkpoint.")
  private Path target;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = {
        "The ledger's public key: JWK, JWK set, PEM, or the line name+id+key of signed notes",
        "(default: the one that start-dev kept in the data directory)."
      })
  private Path key;

  @Option(
      names = "--log",
      paramLabel = "FOLDER",
      description = "With receipts: a copy of the log, which must have the entries they name.")
  private Path log;

  @Option(
      names = "--since",
      paramLabel = "FILE",
      description = "With a log: an earlier checkpoint that it must continue; may be repeated.")
  private List<Path> since = new ArrayList<>();

  @Option(
      names = "--against",
      paramLabel = "FOLDER",
      description = "With a log: another copy; the first entry in which they part is named.")
  private Path against;

  @Mixin private DataDirectoryOption dataDirectory;

  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<NamedKey> keys =
        PublicKeys.read(key == null ? dataDirectory.directory().ledgerPublicKeyFile() : key);
    try {
      return verify(keys);
    } catch (VerificationException refused) {
      if (console.isJson()) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("verified", false);
        result.putAll(refused.toJson());
        console.result(result, "");
      }
      throw refused;
    }
  }

  private int verify(List<NamedKey> keys) {
    if (Files.isDirectory(target)) {
      return LogCopy.isOne(target) ? verifyLog(keys) : verifyReceipts(keys);
    }
    String text = text();
    return text.lastIndexOf("\n\n\u2014 ") > 0 && !text.startsWith("{")
        ? verifyCheckpoint(keys)
        : verifyReceipt(text, keys);
  }

  private int verifyReceipt(String text, List<NamedKey> keys) {
    VerifiedReceipt receipt = new ReceiptVerifier(keys).check(text);
    if (log != null && receipt.isProven()) {
      LogCopy.verify(log, keys, List.of(receipt.checkpoint())).requireHas(target, receipt);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("verified", true);
    result.put("content", receipt.content());
    StringBuilder words = new StringBuilder("Verified.");
    receipt
        .content()
        .properties()
        .forEach(
            field ->
                words.append(
                    String.format("%n  %-24s %s", field.getKey(), plain(field.getValue()))));
    if (receipt.isProven()) {
      Map<String, Object> place = describe(receipt.checkpoint());
      place.put("entry", receipt.index() + 1);
      place.put("index", receipt.index());
      result.put("log", place);
      words.append(
          String.format(
              "%nThe log %s names it in entry %d of %d.",
              receipt.checkpoint().origin(), receipt.index() + 1, receipt.checkpoint().size()));
    } else {
      result.put("log", null);
      words.append(
          String.format("%nIt is from before the Merkle log: the signature alone speaks for it."));
    }
    console.result(result, words.toString());
    return ExitCode.OK;
  }

  private int verifyReceipts(List<NamedKey> keys) {
    ReceiptFolder receipts = ReceiptFolder.read(target, new ReceiptVerifier(keys));
    if (log != null) {
      LogCopy copy = LogCopy.verify(log, keys, receipts.checkpoints());
      receipts.verified().entrySet().stream()
          .filter(one -> one.getValue().isProven())
          .forEach(one -> copy.requireHas(one.getKey(), one.getValue()));
    }
    List<Map<String, Object>> failures = new ArrayList<>();
    receipts
        .bad()
        .forEach(
            (file, refused) -> {
              Map<String, Object> failure = new LinkedHashMap<>();
              failure.put("file", file.getFileName().toString());
              failure.putAll(
                  refused instanceof VerificationException known
                      ? known.toJson()
                      : Map.of("problem", refused.getMessage()));
              failures.add(failure);
              console.notice(file.getFileName() + ": " + refused.getMessage());
            });
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("verified", failures.isEmpty());
    result.put("receipts", receipts.verified().size());
    result.put("proven", receipts.proven());
    result.put("failures", failures);
    console.result(
        result,
        String.format(
            "%d receipts verified, %d of them named by the log; %d do not verify.",
            receipts.verified().size(), receipts.proven(), failures.size()));
    return failures.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private int verifyLog(List<NamedKey> keys) {
    List<Checkpoint> known = since.stream().map(file -> LogCopy.checkpoint(file, keys)).toList();
    LogCopy copy = LogCopy.verify(target, keys, known);
    if (against != null) {
      copy.requireSameHistory(LogCopy.verify(against, keys, List.of()));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("verified", true);
    result.put("log", describe(copy.checkpoint()));
    console.result(
        result,
        String.format(
            "Verified: the %d entries of the log %s lead to its signed checkpoint.",
            copy.checkpoint().size(), copy.checkpoint().origin()));
    return ExitCode.OK;
  }

  private int verifyCheckpoint(List<NamedKey> keys) {
    Checkpoint checkpoint = LogCopy.checkpoint(target, keys);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("verified", true);
    result.put("log", describe(checkpoint));
    console.result(
        result,
        String.format(
            "Verified: a checkpoint of the log %s over %d entries.",
            checkpoint.origin(), checkpoint.size()));
    return ExitCode.OK;
  }

  private static Map<String, Object> describe(Checkpoint checkpoint) {
    Map<String, Object> log = new LinkedHashMap<>();
    log.put("origin", checkpoint.origin());
    log.put("size", checkpoint.size());
    log.put("root", Base64.getEncoder().encodeToString(checkpoint.root()));
    return log;
  }

  private String text() {
    try {
      return Files.readString(target);
    } catch (IOException unreadable) {
      throw new CliException(
          "the file " + target + " cannot be read", "check its path", unreadable);
    }
  }

  private static String plain(JsonNode value) {
    return value.isValueNode() ? value.asText() : Json.line(value);
  }
}
