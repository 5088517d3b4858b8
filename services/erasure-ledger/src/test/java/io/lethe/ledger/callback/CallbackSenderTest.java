package io.lethe.ledger.callback;

import static io.lethe.ledger.Events.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.lethe.ledger.Events;
import io.lethe.ledger.ManualClock;
import io.lethe.ledger.callback.CallbackLifecycle.State;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.domain.VersionTable;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.receipt.SigningKey;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.Logs;
import io.lethe.ledger.record.MemoryLogStore;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.event.DeletionRequested;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callbacks over HTTP to a server that answers as it is told. */
class CallbackSenderTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private record Message(String id, String timestamp, String signature, String body) {}

  @TempDir private Path directory;
  private final ManualClock clock = new ManualClock();
  private final List<Message> messages = new CopyOnWriteArrayList<>();
  private final List<Boolean> attempts = new ArrayList<>();
  private volatile int answer = 204;
  private HttpServer server;
  private Path secret;
  private ReceiptOffice receipts;
  private CallbackOffice office;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          messages.add(
              new Message(
                  exchange.getRequestHeaders().getFirst("webhook-id"),
                  exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                  exchange.getRequestHeaders().getFirst("webhook-signature"),
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    server.start();
    secret = directory.resolve("secret");
    Files.writeString(secret, SECRET);
    office =
        new CallbackOffice(
            directory.resolve("callbacks"),
            Set.of("shop"),
            new CallbackOffice.Limits(10, 10, 2, 5, Duration.ofSeconds(1), Duration.ofSeconds(1)),
            clock,
            new Random(1),
            new CallbackLifecycle());
    issue();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldBringTheSignedReceiptToTheProducerThatAsked() throws Exception {
    sender().send().join();
    Message message = messages.get(0);
    assertThat(message.id()).isEqualTo("msg_" + RequestProgress.receiptId(Events.REQUEST));
    assertThat(message.signature())
        .isEqualTo(
            WebhookSigner.read("shop", secret)
                .sign(
                    message.id(),
                    Instant.ofEpochSecond(Long.parseLong(message.timestamp())),
                    message.body()));
    JsonNode body = new ObjectMapper().readTree(message.body());
    assertThat(body.path("type").asText()).isEqualTo("erasure.approximate");
    assertThat(body.path("timestamp").asText()).isEqualTo("2026-01-01T00:00:07Z");
    assertThat(body.path("data").path("requestId").asText()).isEqualTo(Events.REQUEST);
    assertThat(body.path("data").path("receipt"))
        .isEqualTo(new ObjectMapper().readTree(receipts.find(Events.REQUEST).orElseThrow()));
    assertThat(office.all(10)).isEmpty();
    assertThat(attempts).containsExactly(true);
  }

  @Test
  void shouldSendTheSameMessageAgainUntilItIsTaken() {
    answer = 500;
    sender().send().join();
    answer = 302;
    clock.advance(Duration.ofSeconds(2));
    sender().send().join();
    assertThat(messages).as("redirects are not followed").hasSize(2);
    assertThat(office.all(1).get(0).lastError()).isEqualTo("answer 302");
    answer = 200;
    clock.advance(Duration.ofSeconds(2));
    sender().send().join();
    assertThat(messages).hasSize(3).extracting(Message::id).containsOnly(messages.get(0).id());
    assertThat(messages).extracting(Message::body).containsOnly(messages.get(0).body());
    assertThat(office.all(10)).isEmpty();
    assertThat(attempts).containsExactly(false, false, true);
  }

  @Test
  void shouldTryAgainWhenNobodyAnswersAndStopWhenItIsRefused() {
    server.stop(0);
    sender().send().join();
    assertThat(office.all(1).get(0).lastError()).startsWith("no answer (");
    assertThat(office.count(State.PENDING)).isEqualTo(1);
  }

  @Test
  void shouldStopWhenTheProducerAnswers410() {
    answer = 410;
    sender().send().join();
    assertThat(office.count(State.DEAD)).isEqualTo(1);
  }

  @Test
  void shouldRefusePlainHttpUnlessItIsAllowedAndAnAddressWithoutHost() {
    for (String url : List.of("http://127.0.0.1/", "ftp://127.0.0.1/", "https:/nowhere")) {
      assertThatThrownBy(() -> sender(URI.create(url), false))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "lethe.callbacks.producers.\"shop\".url must be an https address with a host; in"
                  + " development lethe.callbacks.allow-http=true lets http pass.");
    }
    sender(URI.create("https://shop.example/erasures"), false);
  }

  private CallbackSender sender() {
    return sender(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), true);
  }

  private CallbackSender sender(URI url, boolean allowHttp) {
    return new CallbackSender(
        office,
        receipts,
        new HttpCallbackTransport(Duration.ofSeconds(30)),
        Map.of("shop", new CallbackSender.Producer(url, secret)),
        allowHttp,
        attempts::add,
        clock);
  }

  /** Issues and announces the receipt of a request of the producer "shop". */
  private void issue() {
    SigningKey key = SigningKey.loadOrCreate(directory.resolve("key.jwk"), new SecureRandom());
    TransitionLog log =
        TransitionLog.open(new MemoryLogStore(), key.logSigner("log.example/lethe"), entry -> {});
    receipts = new ReceiptOffice(directory.resolve("receipts"), key, log);
    Knowledge knowledge =
        new Knowledge(new VersionTable(4), new ServerTable(Duration.ofSeconds(60), 1, 10), 10);
    DeletionRequested asked =
        DeletionRequested.newBuilder(Events.requested(Events.REQUEST, Events.SUBJECT))
            .setSource("shop")
            .build();
    knowledge.accepted(new io.lethe.ledger.domain.AcceptedRequest(0, 5, asked));
    Step step = Logs.completing(Events.REQUEST);
    AnnouncedReceipts announced = new AnnouncedReceipts(receipts, office);
    Map<Step, String> digests = announced.draft(List.of(step), after(7), knowledge);
    List<LogEntry> entries = log.append(List.of(step), after(7), digests::get);
    announced.issue(entries);
    announced.issue(entries);
    assertThat(office.count(State.PENDING)).isEqualTo(1);
  }
}
