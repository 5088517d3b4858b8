package io.lethe.cli.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.cli.CliException;
import io.lethe.cli.Json;
import io.lethe.cli.receipt.PublicKeys.NamedKey;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three thousand tampered receipts, by seed: none verifies, and each is told what is wrong. */
class TamperedReceiptTest {
  private static final int RECEIPTS = 3_000;
  private static final int ENTRIES = 40;
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private enum Tampering {
    /** One character of a member becomes another of its alphabet. */
    MEMBER_EDITED,
    MEMBER_TAKEN_OUT,
    MEMBER_OF_ANOTHER_RECEIPT,
    PROOF_LINE_EDITED,
    PROOF_LINE_DROPPED,
    PROOF_LINE_INSERTED,
    PROOF_AND_ENTRY_OF_ANOTHER,
    PROOF_STRIPPED,
    SIGNED_BY_ANOTHER_KEY,
    CHECKPOINT_OF_ANOTHER_KEY,
    STALE_CHECKPOINT
  }

  private TestLedger ledger;
  private TestLedger another;
  private final List<Map<String, String>> receipts = new ArrayList<>();
  private final List<Map<String, String>> foreign = new ArrayList<>();
  private ReceiptVerifier verifier;

  @BeforeEach
  void log() throws Exception {
    ledger = new TestLedger();
    another = new TestLedger();
    for (int i = 0; i < ENTRIES; i++) {
      ledger.complete("request-" + i);
      another.complete("request-" + i);
    }
    for (int i = 0; i < ENTRIES; i++) {
      receipts.add(ledger.receipt(i));
      foreign.add(another.receipt(i));
    }
    verifier =
        new ReceiptVerifier(List.of(new NamedKey("k1", ledger.noteKey().key(), TestLedger.ORIGIN)));
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F20,
      level = FaultLevel.UNIT,
      does =
          "Edits, takes out, exchanges and signs anew what a receipt says, its proof and its"
              + " checkpoint.",
      load = "3,000 receipts",
      oracle = "None verifies, and each is told what is wrong.",
      limit = "exact")
  void shouldRefuseEveryTamperedReceipt() throws Exception {
    Map<Tampering, Integer> counts = new TreeMap<>();
    for (int seed = 0; seed < RECEIPTS; seed++) {
      Random random = new Random(seed);
      Tampering tampering = Tampering.values()[seed % Tampering.values().length];
      int index = random.nextInt(ENTRIES);
      Map<String, String> receipt = receipts.get(index);
      assertThat(verifier.check(Json.line(receipt)).index()).isEqualTo(index);
      Map<String, String> tampered = tamper(tampering, receipt, index, random);
      String what = "seed " + seed + ", " + tampering + ": " + Json.line(tampered);
      assertThatThrownBy(() -> verifier.check(Json.line(tampered)))
          .as(what)
          .isInstanceOf(CliException.class)
          .hasMessageContaining("; ");
      counts.merge(tampering, 1, Integer::sum);
    }
    assertThat(counts).hasSize(Tampering.values().length);
  }

  private Map<String, String> tamper(
      Tampering tampering, Map<String, String> original, int index, Random random)
      throws Exception {
    Map<String, String> receipt = new LinkedHashMap<>(original);
    int other = (index + 1 + random.nextInt(ENTRIES - 1)) % ENTRIES;
    List<String> members = List.of("protected", "payload", "signature", "entry", "proof");
    String member = members.get(random.nextInt(members.size() - 1));
    switch (tampering) {
      case MEMBER_EDITED -> receipt.put(member, edit(receipt.get(member), random));
      case MEMBER_TAKEN_OUT -> receipt.remove(members.get(random.nextInt(members.size())));
      case MEMBER_OF_ANOTHER_RECEIPT -> {
        String mixed = List.of("payload", "signature", "entry", "proof").get(random.nextInt(4));
        receipt.put(mixed, receipts.get(other).get(mixed));
      }
      case PROOF_LINE_EDITED -> editLine(receipt, random);
      case PROOF_LINE_DROPPED -> {
        List<String> lines = lines(receipt);
        lines.remove(random.nextInt(lines.size() - 2));
        receipt.put("proof", String.join("\n", lines));
      }
      case PROOF_LINE_INSERTED -> {
        List<String> lines = lines(receipt);
        lines.add(2 + random.nextInt(5), lines.get(2 + random.nextInt(5)));
        receipt.put("proof", String.join("\n", lines));
      }
      case PROOF_AND_ENTRY_OF_ANOTHER -> {
        receipt.put("entry", receipts.get(other).get("entry"));
        receipt.put("proof", receipts.get(other).get("proof"));
      }
      case PROOF_STRIPPED -> {
        receipt.remove("entry");
        receipt.remove("proof");
      }
      case SIGNED_BY_ANOTHER_KEY -> receipt.putAll(foreign.get(index));
      case CHECKPOINT_OF_ANOTHER_KEY -> receipt.put("proof", foreign.get(index).get("proof"));
      case STALE_CHECKPOINT -> {
        String proof = receipt.get("proof");
        String stale = ledger.checkpoint(random.nextInt(ENTRIES));
        receipt.put("proof", proof.substring(0, proof.indexOf("\n\n") + 2) + stale);
      }
      default -> throw new IllegalStateException();
    }
    return receipt;
  }

  private static String edit(String text, Random random) {
    int at = random.nextInt(text.length());
    char letter = text.charAt(at);
    char edited;
    do {
      edited = LETTERS.charAt(random.nextInt(LETTERS.length()));
    } while (edited == letter);
    return text.substring(0, at) + edited + text.substring(at + 1);
  }

  /** Any line of proof or checkpoint but the blank ones. */
  private static void editLine(Map<String, String> receipt, Random random) {
    List<String> lines = lines(receipt);
    int at;
    do {
      at = random.nextInt(lines.size());
    } while (lines.get(at).isEmpty());
    lines.set(at, edit(lines.get(at), random));
    receipt.put("proof", String.join("\n", lines));
  }

  private static List<String> lines(Map<String, String> receipt) {
    return new ArrayList<>(Arrays.asList(receipt.get("proof").split("\n", -1)));
  }
}
