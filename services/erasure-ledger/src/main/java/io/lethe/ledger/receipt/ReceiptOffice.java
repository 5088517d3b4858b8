package io.lethe.ledger.receipt;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.record.Disk;
import io.lethe.ledger.record.DurableFiles;
import io.lethe.ledger.record.Evidence;
import io.lethe.ledger.record.LedgerJson;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.RequestSnapshot;
import io.lethe.ledger.record.StorageException;
import io.lethe.schemas.tlog.InclusionProof;
import io.lethe.schemas.tlog.TamperedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues, signs and keeps receipts: one file per request, and one more where a completed request
 * became exact. A receipt that is there is never written again. The log holds a receipt's digest
 * and not what it says, so that receipts can be deleted when the law has them kept no longer.
 */
public final class ReceiptOffice implements ReceiptIssuer {
  private static final String TYPE = "lethe-receipt+json";
  private static final String DRAFTS = "receipt-drafts.json";
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final Path directory;
  private final SigningKey key;
  private final Evidence log;
  private final Disk disk;
  private final ObjectMapper json = LedgerJson.mapper();

  /**
   * Words of the newest batch by receipt, as they lie in the drafts; null until they were written
   * or read, as after a start.
   */
  private Map<String, byte[]> drafted;

  /**
   * @param directory where receipts are kept; the words of the newest lie beside it
   * @param log the log that names them
   */
  public ReceiptOffice(Path directory, SigningKey key, Evidence log) {
    this(directory, key, log, new Disk());
  }

  /**
   * As above.
   *
   * @param disk what the directory lies on
   */
  public ReceiptOffice(Path directory, SigningKey key, Evidence log, Disk disk) {
    this.directory = directory.toAbsolutePath();
    this.disk = disk;
    this.key = key;
    this.log = log;
  }

  @Override
  public Map<Step, String> draft(List<Step> steps, Instant at, Knowledge knowledge) {
    Map<Step, String> digests = new IdentityHashMap<>();
    Map<String, byte[]> words = new HashMap<>();
    try {
      for (Step step : steps) {
        if (step.issuesReceipt()) {
          RequestSnapshot request = RequestSnapshot.of(step.after());
          byte[] payload = json.writeValueAsBytes(word(request, at, knowledge));
          words.put(request.receiptId(), payload);
          digests.put(step, digest(payload));
        }
      }
      if (!words.isEmpty()) {
        // Before their folder's own name is waited for, which is that of the receipts' folder too.
        Files.createDirectories(directory);
        DurableFiles.write(
            disk, directory.getParent(), Map.of(DRAFTS, json.writeValueAsBytes(words)));
        drafted = words;
      }
    } catch (IOException full) {
      throw new StorageException("a receipt", full);
    }
    return digests;
  }

  @Override
  public void issue(List<LogEntry> entries) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try {
      for (LogEntry entry : entries) {
        Path file = fileOf(entry.after().requestId(), entry.after().receiptId());
        if (!Files.exists(file)) {
          byte[] signed = json.writeValueAsBytes(sign(wordsOf(entry), entry.index()));
          files.put(file.getFileName().toString(), signed);
        }
      }
      // Also where all are there: a ledger that was killed may not have waited for their names.
      DurableFiles.write(disk, directory, files);
    } catch (IOException full) {
      throw new StorageException("a receipt", full);
    }
  }

  /** The newest signed receipt of a request, as JSON. */
  public Optional<String> find(String requestId) {
    return find(requestId, RequestProgress.exactReceiptId(requestId))
        .or(() -> find(requestId, RequestProgress.receiptId(requestId)));
  }

  /** The signed receipt of that id of a request, as JSON. */
  public Optional<String> find(String requestId, String receiptId) {
    Path file = fileOf(requestId, receiptId);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException unreadable) {
      throw new StorageException("or read a receipt", unreadable);
    }
  }

  /** The proof of a signed receipt under the log's newest checkpoint; nothing for old receipts. */
  public Optional<String> freshProof(String signed) {
    return index(signed).map(log::proof);
  }

  /** The proof that a signed receipt carries; nothing for old receipts. */
  public Optional<String> proof(String signed) {
    try {
      return Optional.ofNullable(json.readValue(signed, SignedReceipt.class).proof());
    } catch (IOException changed) {
      throw new StorageException("or read a receipt", changed);
    }
  }

  /** Position in the log of the entry that names a signed receipt; nothing for old receipts. */
  public Optional<Long> index(String signed) {
    Optional<String> proof = proof(signed);
    try {
      return proof.isPresent()
          ? Optional.of(InclusionProof.parse(proof.get()).index())
          : Optional.empty();
    } catch (TamperedException changed) {
      throw new StorageException("or read a receipt", new IOException(changed));
    }
  }

  /** What a signed receipt says. */
  public Receipt content(String signed) {
    try {
      String payload = json.readValue(signed, SignedReceipt.class).payload();
      return json.readValue(Base64.getUrlDecoder().decode(payload), Receipt.class);
    } catch (IOException | IllegalArgumentException changed) {
      throw new StorageException("or read a receipt", new IOException(changed));
    }
  }

  /** The public half of the key that signs. */
  public SigningKey.PublicJwk publicJwk() {
    return key.publicJwk(log.origin());
  }

  private SignedReceipt sign(byte[] payload, long index) {
    String header =
        "{\"alg\":\"EdDSA\",\"kid\":\""
            + key.keyId()
            + "\",\"typ\":\""
            + TYPE
            + "\",\"log\":\""
            + log.origin()
            + "\"}";
    JsonWebSignature signed = JsonWebSignature.sign(header, payload, key);
    return new SignedReceipt(
        signed.protectedHeader(),
        signed.payload(),
        signed.signature(),
        ENCODER.encodeToString(log.entry(index)),
        log.proof(index));
  }

  private Receipt word(RequestSnapshot request, Instant at, Knowledge knowledge) {
    String requestId = request.requestId();
    Optional<String> before =
        isRenewal(requestId, request.receiptId())
            ? find(requestId, RequestProgress.receiptId(requestId))
            : Optional.empty();
    return before
        .map(first -> ReceiptWriter.renew(content(first), request, at, knowledge))
        .orElseGet(() -> ReceiptWriter.write(request, at, knowledge));
  }

  private byte[] wordsOf(LogEntry entry) throws IOException {
    if (drafted == null && Files.exists(drafts())) {
      drafted = json.readValue(Files.readAllBytes(drafts()), new TypeReference<>() {});
    }
    String receiptId = entry.after().receiptId();
    byte[] payload = drafted == null ? null : drafted.get(receiptId);
    if (payload == null || !digest(payload).equals(entry.receiptDigest())) {
      throw new IOException(
          "what receipt "
              + receiptId
              + " says is not in "
              + DRAFTS
              + "; restore that file or the receipt");
    }
    return payload;
  }

  private Path drafts() {
    return directory.resolveSibling(DRAFTS);
  }

  private static String digest(byte[] payload) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("[BUG] Every JDK has SHA-256.", missing);
    }
  }

  /** Ids come from producers, so none but a UUID in its own spelling becomes a file name as is. */
  private Path fileOf(String requestId, String receiptId) {
    String suffix = isRenewal(requestId, receiptId) ? ".exact.json" : ".json";
    return directory.resolve(safeName(requestId) + suffix);
  }

  private static boolean isRenewal(String requestId, String receiptId) {
    return RequestProgress.exactReceiptId(requestId).equals(receiptId);
  }

  private static String safeName(String requestId) {
    try {
      if (UUID.fromString(requestId).toString().equals(requestId)) {
        return requestId;
      }
    } catch (IllegalArgumentException noUuid) {
      return "id-" + UUID.nameUUIDFromBytes(requestId.getBytes(StandardCharsets.UTF_8));
    }
    return "id-" + UUID.nameUUIDFromBytes(requestId.getBytes(StandardCharsets.UTF_8));
  }
}
