package io.lethe.ledger.receipt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.record.LedgerJson;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues, signs and keeps receipts: one file per request, and one more where a completed request
 * became exact. A receipt that is there is never written again.
 */
public final class ReceiptOffice implements ReceiptIssuer {
  private static final String TYPE = "lethe-receipt+json";

  private final Path directory;
  private final SigningKey key;
  private final ObjectMapper json = LedgerJson.mapper();

  /**
   * @param directory where receipts are kept
   */
  public ReceiptOffice(Path directory, SigningKey key) {
    this.directory = directory;
    this.key = key;
  }

  @Override
  public void issue(LogEntry entry, Knowledge knowledge) {
    Path file = fileOf(entry.after().requestId(), entry.after().receiptId());
    if (Files.exists(file)) {
      return;
    }
    try {
      byte[] payload = json.writeValueAsBytes(word(entry, knowledge));
      String header =
          "{\"alg\":\"EdDSA\",\"kid\":\"" + key.keyId() + "\",\"typ\":\"" + TYPE + "\"}";
      DurableFiles.write(file, json.writeValueAsBytes(JsonWebSignature.sign(header, payload, key)));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("[BUG] A receipt has no JSON.", impossible);
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

  /** The public half of the key that signs. */
  public SigningKey.PublicJwk publicJwk() {
    return key.publicJwk();
  }

  private Receipt word(LogEntry entry, Knowledge knowledge) {
    String requestId = entry.after().requestId();
    Optional<String> before =
        isRenewal(requestId, entry.after().receiptId())
            ? find(requestId, RequestProgress.receiptId(requestId))
            : Optional.empty();
    return before
        .map(first -> ReceiptWriter.renew(content(first), entry, knowledge))
        .orElseGet(() -> ReceiptWriter.write(entry, knowledge));
  }

  private Receipt content(String signed) {
    try {
      String payload = json.readValue(signed, JsonWebSignature.class).payload();
      return json.readValue(Base64.getUrlDecoder().decode(payload), Receipt.class);
    } catch (IOException | IllegalArgumentException changed) {
      throw new StorageException("or read a receipt", new IOException(changed));
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
