package io.lethe.cli.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.CliException;
import io.lethe.cli.Console;
import io.lethe.cli.ExitCode;
import io.lethe.cli.dev.DataDirectoryOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies a receipt offline. */
@Command(
    name = "verify",
    description = {
      "Verify a receipt's signature offline.",
      "Ends with 0 when it verifies, and with 1 and the reason when it does not."
    })
public final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RECEIPT", description = "The receipt's file.")
  private Path receipt;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = {
        "The ledger's public key: JWK, JWK set or PEM",
        "(default: the one that start-dev kept in the data directory)."
      })
  private Path key;

  @Mixin private DataDirectoryOption dataDirectory;

  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path keyFile = key == null ? dataDirectory.directory().ledgerPublicKeyFile() : key;
    JsonNode content = new ReceiptVerifier(PublicKeys.read(keyFile)).verify(text());
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("verified", true);
    result.put("content", content);
    StringBuilder words = new StringBuilder("Verified.");
    content
        .properties()
        .forEach(
            field ->
                words.append(
                    String.format("%n  %-24s %s", field.getKey(), plain(field.getValue()))));
    console.result(result, words.toString());
    return ExitCode.OK;
  }

  private String text() {
    try {
      return Files.readString(receipt);
    } catch (IOException unreadable) {
      throw new CliException(
          "the receipt file " + receipt + " cannot be read", "check its path", unreadable);
    }
  }

  private static String plain(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
