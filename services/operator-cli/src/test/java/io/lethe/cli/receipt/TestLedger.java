package io.lethe.cli.receipt;

import io.lethe.cli.Json;
import io.lethe.schemas.tlog.Checkpoint;
import io.lethe.schemas.tlog.HashSource;
import io.lethe.schemas.tlog.InclusionProof;
import io.lethe.schemas.tlog.MerkleTree;
import io.lethe.schemas.tlog.NoteKey;
import io.lethe.schemas.tlog.SignedNote;
import io.lethe.schemas.tlog.Tiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Signs receipts and logs as a ledger does, in as few words as it takes. */
final class TestLedger {
  static final String ORIGIN = "log.example/lethe";
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final KeyPair pair;
  private final List<byte[]> entries = new ArrayList<>();

  TestLedger() throws GeneralSecurityException {
    this(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
  }

  private TestLedger(KeyPair pair) {
    this.pair = pair;
  }

  /** The same key, and the same entries so far, for another history. */
  TestLedger fork() {
    TestLedger other = new TestLedger(pair);
    other.entries.addAll(entries);
    return other;
  }

  /** Logs a request's completion; its receipt is worded but not signed yet. */
  void complete(String requestId) {
    String previous =
        entries.isEmpty()
            ? "0".repeat(64)
            : HexFormat.of().formatHex(MerkleTree.leafHash(entries.get(entries.size() - 1)));
    Map<String, Object> after = new LinkedHashMap<>();
    after.put("requestId", requestId);
    after.put("receiptId", "receipt-of-" + requestId);
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("sequence", entries.size() + 1);
    entry.put("previousHash", previous);
    entry.put("after", after);
    entry.put("receiptDigest", sha256(payload(requestId)));
    entries.add(Json.line(entry).getBytes(StandardCharsets.UTF_8));
  }

  int size() {
    return entries.size();
  }

  /** The receipt of the request that the entry completes, proven under the newest checkpoint. */
  Map<String, String> receipt(int index) throws Exception {
    String requestId =
        Json.MAPPER.readTree(entries.get(index)).path("after").path("requestId").asText();
    String header =
        URL.encodeToString(
            ("{\"alg\":\"EdDSA\",\"kid\":\"k1\",\"log\":\"" + ORIGIN + "\"}")
                .getBytes(StandardCharsets.UTF_8));
    String payload = URL.encodeToString(payload(requestId));
    Map<String, String> receipt = new LinkedHashMap<>();
    receipt.put("protected", header);
    receipt.put("payload", payload);
    receipt.put(
        "signature",
        URL.encodeToString(sign((header + "." + payload).getBytes(StandardCharsets.US_ASCII))));
    receipt.put("entry", URL.encodeToString(entries.get(index)));
    receipt.put(
        "proof",
        new InclusionProof(
                index,
                MerkleTree.inclusionProof(index, entries.size(), source()),
                checkpoint(entries.size()))
            .text());
    return receipt;
  }

  /** The signed checkpoint over the first entries. */
  String checkpoint(int size) throws IOException {
    return SignedNote.sign(
        new Checkpoint(ORIGIN, size, MerkleTree.root(size, source())).text(),
        noteKey(),
        this::sign);
  }

  NoteKey noteKey() {
    return NoteKey.of(ORIGIN, pair.getPublic());
  }

  Map<String, Object> jwk() {
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return Map.of(
        "kty",
        "OKP",
        "crv",
        "Ed25519",
        "kid",
        "k1",
        "x",
        URL.encodeToString(raw),
        "vkey",
        noteKey().text());
  }

  /** Writes the log as files; up to 256 entries. */
  void write(Path folder) throws IOException {
    int width = entries.size();
    ByteArrayOutputStream tile = new ByteArrayOutputStream();
    entries.forEach(entry -> tile.writeBytes(MerkleTree.leafHash(entry)));
    place(folder.resolve(Tiles.hashes(0, 0, width)), tile.toByteArray());
    place(folder.resolve(Tiles.entries(0, width)), Tiles.pack(entries));
    place(
        folder.resolve(Tiles.CHECKPOINT),
        checkpoint(entries.size()).getBytes(StandardCharsets.UTF_8));
  }

  private static void place(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private HashSource source() {
    return new HashSource() {
      @Override
      public byte[] hash(int level, long index) {
        return level == 0
            ? MerkleTree.leafHash(entries.get((int) index))
            : MerkleTree.nodeHash(hash(level - 1, 2 * index), hash(level - 1, 2 * index + 1));
      }
    };
  }

  private static byte[] payload(String requestId) {
    return ("{\"receiptId\":\"receipt-of-"
            + requestId
            + "\",\"requestId\":\""
            + requestId
            + "\",\"claim\":\"approximate\",\"gates\":[{\"gate\":\"forgetting\",\"value\":0.01}]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
