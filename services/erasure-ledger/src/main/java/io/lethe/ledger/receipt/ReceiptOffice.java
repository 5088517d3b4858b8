package io.lethe.ledger.receipt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.record.LedgerJson;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues, signs and keeps receipts, one file per request. A receipt that is there is never written
 * again.
 */
public final class ReceiptOffice {
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

  /**
   * Issues the receipt of a completed request, unless there is one.
   *
   * @param completion the log's entry of its completion
   * @throws StorageException when it could not be written
   */
  public void issue(LogEntry completion, Knowledge knowledge) {
    Path file = fileOf(completion.after().requestId());
    if (Files.exists(file)) {
      return;
    }
    try {
      byte[] payload = json.writeValueAsBytes(ReceiptWriter.write(completion, knowledge));
      String header =
          "{\"alg\":\"EdDSA\",\"kid\":\"" + key.keyId() + "\",\"typ\":\"" + TYPE + "\"}";
      DurableFiles.write(file, json.writeValueAsBytes(JsonWebSignature.sign(header, payload, key)));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("[BUG] A receipt has no JSON.", impossible);
    } catch (IOException full) {
      throw new StorageException("a receipt", full);
    }
  }

  /** The signed receipt of a request, as JSON. */
  public Optional<String> find(String requestId) {
    Path file = fileOf(requestId);
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

  /** Ids come from producers, so none but a UUID in its own spelling becomes a file name as is. */
  private Path fileOf(String requestId) {
    return directory.resolve(safeName(requestId) + ".json");
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
