package io.lethe.ledger.callback;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.record.LedgerJson;
import io.lethe.ledger.record.StorageException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Sends what is due: Standard Webhooks with the receipt inside. */
public final class CallbackSender {
  private static final Logger LOG = Logger.getLogger(CallbackSender.class);
  private static final int OK_MIN = 200;
  private static final int OK_MAX = 299;
  private static final int GONE = 410;

  /**
   * Whom to call.
   *
   * @param secretFile the shared secrets
   */
  public record Producer(URI url, Path secretFile) {}

  private record Address(URI url, WebhookSigner signer) {}

  private final CallbackOffice office;
  private final ReceiptOffice receipts;
  private final CallbackTransport transport;
  private final Consumer<Boolean> onAttempt;
  private final Clock clock;
  private final Map<String, Address> addresses = new LinkedHashMap<>();
  private final ObjectMapper json = LedgerJson.mapper();

  /**
   * Checks the addresses and reads the secrets.
   *
   * @param producers by name
   * @param allowHttp whether an address may be plain HTTP
   * @param onAttempt gets whether a try succeeded
   * @throws IllegalStateException when an address or a secret cannot be used
   */
  public CallbackSender(
      CallbackOffice office,
      ReceiptOffice receipts,
      CallbackTransport transport,
      Map<String, Producer> producers,
      boolean allowHttp,
      Consumer<Boolean> onAttempt,
      Clock clock) {
    this.office = office;
    this.receipts = receipts;
    this.transport = transport;
    this.onAttempt = onAttempt;
    this.clock = clock;
    producers.forEach(
        (name, producer) -> {
          String scheme = producer.url().getScheme();
          boolean usable =
              producer.url().getHost() != null
                  && ("https".equals(scheme) || (allowHttp && "http".equals(scheme)));
          if (!usable) {
            throw new IllegalStateException(
                "lethe.callbacks.producers.\""
                    + name
                    + "\".url must be an https address with a host; in development"
                    + " lethe.callbacks.allow-http=true lets http pass.");
          }
          addresses.put(
              name, new Address(producer.url(), WebhookSigner.read(name, producer.secretFile())));
        });
  }

  /**
   * Sends everything that is due.
   *
   * @return done when every try has ended
   */
  public CompletableFuture<Void> send() {
    return CompletableFuture.allOf(
        office.take().stream().map(this::send).toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> send(Callback callback) {
    String body;
    try {
      body = body(callback);
    } catch (IOException | StorageException unreadable) {
      failed(callback, "its receipt is not in lethe.state-directory", false);
      return CompletableFuture.completedFuture(null);
    }
    Address address = addresses.get(callback.producer());
    Instant now = clock.instant();
    return transport
        .post(
            address.url(),
            Map.of(
                "webhook-id",
                callback.messageId(),
                "webhook-timestamp",
                Long.toString(now.getEpochSecond()),
                "webhook-signature",
                address.signer().sign(callback.messageId(), now, body)),
            body)
        .handle(
            (status, failure) -> {
              conclude(callback, status, failure);
              return null;
            });
  }

  private void conclude(Callback callback, Integer status, Throwable failure) {
    try {
      if (failure != null) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        failed(callback, "no answer (" + cause.getClass().getSimpleName() + ")", false);
      } else if (status >= OK_MIN && status <= OK_MAX) {
        onAttempt.accept(true);
        office.taken(callback);
      } else {
        failed(callback, "answer " + status, status == GONE);
      }
    } catch (StorageException full) {
      // What the disk still has is tried again: at least once.
      LOG.error(full.getMessage());
    }
  }

  private void failed(Callback callback, String error, boolean refused) {
    onAttempt.accept(false);
    office.failed(callback, error, refused);
  }

  private String body(Callback callback) throws IOException {
    String signed =
        receipts
            .find(callback.requestId(), callback.receiptId())
            .orElseThrow(() -> new IOException("no receipt"));
    String claim = receipts.content(signed).claim();
    ObjectNode message = json.createObjectNode();
    message.put("type", "erasure." + claim);
    message.put("timestamp", receipts.content(signed).issuedAt().toString());
    message
        .putObject("data")
        .put("requestId", callback.requestId())
        .put("receiptId", callback.receiptId())
        .put("claim", claim)
        .set("receipt", json.readTree(signed));
    return json.writeValueAsString(message);
  }
}
