package io.lethe.ledger.follow;

import static io.lethe.ledger.Events.OTHER_REQUEST;
import static io.lethe.ledger.Events.REQUEST;
import static io.lethe.ledger.Events.SUBJECT;
import static io.lethe.ledger.Events.after;
import static io.lethe.ledger.Events.closed;
import static io.lethe.ledger.Events.extended;
import static io.lethe.ledger.Events.released;
import static io.lethe.ledger.Events.releasedExact;
import static io.lethe.ledger.Events.requested;
import static io.lethe.ledger.Events.serving;
import static io.lethe.ledger.Events.trained;
import static io.lethe.ledger.Events.trainedExact;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lethe.ledger.Events;
import io.lethe.ledger.ManualClock;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestLifecycle;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.Step;
import io.lethe.ledger.domain.VersionTable;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.receipt.SigningKey;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.MemoryLogStore;
import io.lethe.ledger.record.PowerCutDisk;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionAction;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.RequestStage;
import io.lethe.schemas.kafka.FollowedRecord;
import io.lethe.schemas.tlog.Checkpoint;
import io.lethe.schemas.tlog.InclusionProof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private static final long OFFSET = 5;
  private static final String ORIGIN = "log.example/lethe";

  private final ManualClock clock = new ManualClock();
  private final MemoryLogStore disk = new MemoryLogStore();
  private final PowerCutDisk receiptDisk = new PowerCutDisk();
  private final List<DeletionProgressed> published = new ArrayList<>();
  private final List<FollowedRecord<SpecificRecord>> topics = new ArrayList<>();
  private boolean brokerAway;
  private int requestsMax = 10;
  private LedgerView view;
  private Ledger ledger;
  private final FlowTable flow = new FlowTable(10, 10, 10);
  private LedgerFacts facts;
  private SigningKey key;
  private ReceiptOffice receipts;
  private TransitionLog log;
  private String told;
  @TempDir Path directory;

  @Test
  void shouldFollowARequestToItsReceipt() throws Exception {
    start();
    completeRequest(SUBJECT, SUBJECT);
    assertThat(published.stream().map(DeletionProgressed::getStage))
        .containsExactly(
            RequestStage.RECEIVED,
            RequestStage.SUPPRESSED,
            RequestStage.FORGET_SET_CLOSED,
            RequestStage.CANDIDATE_TRAINED,
            RequestStage.RELEASED,
            RequestStage.COMPLETED);
    JsonNode jws = new ObjectMapper().readTree(receipts.find(REQUEST).orElseThrow());
    String signedText = jws.path("protected").asText() + "." + jws.path("payload").asText();
    assertThat(
            key.verify(
                signedText.getBytes(StandardCharsets.US_ASCII),
                Base64.getUrlDecoder().decode(jws.path("signature").asText())))
        .isTrue();
    assertThat(decode(jws.path("protected")))
        .isEqualTo(
            "{\"alg\":\"EdDSA\",\"kid\":\""
                + key.keyId()
                + "\",\"typ\":\"lethe-receipt+json\",\"log\":\"log.example/lethe\"}");
    assertThat(decode(jws.path("payload")))
        .isEqualTo(
            "{\"receiptId\":\""
                + RequestProgress.receiptId(REQUEST)
                + "\",\"requestId\":\"00000000-0000-4000-8000-000000000001\","
                + "\"subjectRef\":\"subject-one\","
                + "\"scope\":{\"kind\":\"ITEMS\",\"itemIds\":[\"film-7\"]},\"regime\":\"GDPR\","
                + "\"receivedAt\":\"2025-12-31T00:00:00Z\",\"acceptedAt\":\"2026-01-01T00:00:00Z\","
                + "\"dueAt\":\"2026-01-31T00:00:00Z\",\"suppressedAt\":\"2026-01-01T00:00:01Z\","
                + "\"unlearnedAt\":\"2026-01-01T00:00:06Z\",\"exactAt\":null,"
                + "\"claim\":\"approximate\",\"outcome\":\"FORGOTTEN\",\"samples\":2,"
                + "\"forgetSetId\":\"set-1\",\"forgetSetDigest\":\"set-digest\","
                + "\"adapterId\":\"adapter-1\",\"version\":1,"
                + "\"watermarkDigest\":\"watermark-digest-1\","
                + "\"recommenderDigest\":\"recommender-digest\",\"method\":\"e2urec\","
                + "\"gates\":[{\"gate\":\"utility-floor\",\"value\":0.002,\"lower\":null,"
                + "\"upper\":0.01,\"reference\":\"held-out AUC\",\"passed\":true}],"
                + "\"acknowledgedBy\":[\"a\"],\"issuedAt\":\"2026-01-01T00:00:06Z\"}");
    byte[] entry = Base64.getUrlDecoder().decode(jws.path("entry").asText());
    Checkpoint proven =
        InclusionProof.parse(jws.path("proof").asText())
            .verify(entry, List.of(key.logSigner(ORIGIN).key()));
    assertThat(proven.size()).isEqualTo(7);
    assertThat(new ObjectMapper().readTree(entry).path("receiptDigest").asText())
        .isEqualTo(lastEntry().receiptDigest())
        .isEqualTo(
            HexFormat.of()
                .formatHex(
                    MessageDigest.getInstance("SHA-256")
                        .digest(Base64.getUrlDecoder().decode(jws.path("payload").asText()))));
  }

  @Test
  void shouldIssueTheReceiptAnewWhenACompletedRequestBecomesExact() throws IOException {
    start();
    completeRequest(SUBJECT, SUBJECT);
    String approximate = receipts.find(REQUEST).orElseThrow();
    // Requests and sets expire, and the completed request is not kept in memory.
    topics.removeIf(
        record ->
            record.topic().equals(Topics.DELETION_REQUESTED.name())
                || record.topic().equals(Topics.FORGET_SET_CLOSED.name()));
    restart();
    long before = lastEntry().sequence();
    becomeExact();

    assertThat(last().getExactAt()).isEqualTo(after(9));
    assertThat(last().getStage()).isEqualTo(RequestStage.COMPLETED);
    assertThat(lastEntry().sequence()).isEqualTo(before + 1);
    String exact = receipts.find(REQUEST).orElseThrow();
    JsonNode payload = payload(exact);
    ObjectNode expected = (ObjectNode) payload(approximate);
    expected.put("receiptId", RequestProgress.exactReceiptId(REQUEST));
    expected.put("exactAt", "2026-01-01T00:00:09Z");
    expected.put("claim", "exact");
    expected.put("adapterId", "adapter-2");
    expected.put("version", 2);
    expected.put("watermarkDigest", "watermark-digest-2");
    expected.put("method", "exact");
    expected.put("issuedAt", "2026-01-01T00:00:09Z");
    expected.put("renews", RequestProgress.receiptId(REQUEST));
    assertThat(payload).isEqualTo(expected);
    assertThat(payload.path("scope").path("itemIds").get(0).asText()).isEqualTo("film-7");

    assertThat(receipts.find(REQUEST, RequestProgress.receiptId(REQUEST))).contains(approximate);
    for (String receiptId :
        List.of(RequestProgress.receiptId(REQUEST), RequestProgress.exactReceiptId(REQUEST))) {
      assertThat(view.requestOfReceipt(receiptId)).contains(REQUEST);
    }
    List<DeletionProgressed> told = List.copyOf(published);
    restart();
    assertThat(published).as("nothing is told twice").isEqualTo(told);
    assertThat(receipts.find(REQUEST)).contains(exact);
    assertThat(view.requestOfReceipt(RequestProgress.receiptId(REQUEST))).contains(REQUEST);
  }

  @Test
  void shouldIssueTheExactReceiptAfterARestartWhenTheBrokerWasAway() throws IOException {
    start();
    completeRequest(SUBJECT);
    brokerAway = true;
    becomeExact();
    assertThat(view.find(REQUEST).orElseThrow().getExactAt()).isNull();
    String exact = receipts.find(REQUEST).orElseThrow();
    Files.delete(directory.resolve("receipts/" + REQUEST + ".exact.json"));
    brokerAway = false;
    clock.advance(Duration.ofSeconds(30));
    restart();
    assertThat(last().getExactAt()).isEqualTo(after(9));
    assertThat(receipts.find(REQUEST)).contains(exact);
  }

  @Test
  void shouldIssueOneExactReceiptWhenTheRequestIsCompletedByAnExactVersion() throws IOException {
    start();
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    tell(Topics.FORGET_SET_CLOSED, Events.MODEL, closed(REQUEST, SUBJECT));
    tell(Topics.ADAPTER_TRAINED, Events.MODEL, trained(true));
    tell(Topics.ADAPTER_VERSION, Events.MODEL, releasedExact(1, REQUEST));
    heartbeat(1, 7);
    assertThat(last().getReceiptId()).isEqualTo(RequestProgress.receiptId(REQUEST));
    JsonNode payload = payload(receipts.find(REQUEST).orElseThrow());
    assertThat(payload.path("claim").asText()).isEqualTo("exact");
    assertThat(payload.path("method").asText()).isEqualTo("exact");
    assertThat(payload.path("exactAt").asText()).isEqualTo("2026-01-01T00:00:07Z");
    assertThat(payload.has("renews")).isFalse();
    try (var files = Files.list(directory.resolve("receipts"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void shouldNotTakeARefusedExactCandidateForTheSetsOwn() {
    start();
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    tell(Topics.FORGET_SET_CLOSED, Events.MODEL, closed(REQUEST, SUBJECT));
    tell(Topics.ADAPTER_TRAINED, Events.MODEL, trained(true));
    tell(Topics.ADAPTER_TRAINED, Events.MODEL, trainedExact(false));
    assertThat(last().getStage()).isEqualTo(RequestStage.CANDIDATE_TRAINED);
  }

  @Test
  void shouldSayInTheReceiptThatNothingWasHeld() throws IOException {
    start();
    completeRequest();
    JsonNode payload =
        new ObjectMapper()
            .readTree(
                decode(
                    new ObjectMapper()
                        .readTree(receipts.find(REQUEST).orElseThrow())
                        .path("payload")));
    assertThat(payload.path("outcome").asText()).isEqualTo("NOTHING_HELD");
    assertThat(payload.path("samples").asInt()).isZero();
  }

  @Test
  void shouldPublishNothingWhenItReadsEverythingAgain() throws IOException {
    start();
    completeRequest(SUBJECT);
    tell(Topics.DELETION_REQUESTED, OTHER_REQUEST, requested(OTHER_REQUEST, "another"));
    String receipt = receipts.find(REQUEST).orElseThrow();
    long entries = lastEntry().sequence();
    List<DeletionProgressed> before = List.copyOf(published);
    clock.advance(Duration.ofSeconds(1));
    restart();
    assertThat(published).isEqualTo(before);
    assertThat(lastEntry().sequence()).isEqualTo(entries);
    assertThat(receipts.find(REQUEST)).contains(receipt);
    assertThat(view.find(OTHER_REQUEST).orElseThrow().getStage())
        .isEqualTo(RequestStage.SUPPRESSED);
  }

  @Test
  void shouldKeepRecordedTimesWhenTheSetHasExpired() {
    start();
    completeRequestUpToRelease();
    topics.removeIf(record -> record.topic().equals(Topics.FORGET_SET_CLOSED.name()));
    restart();
    heartbeat(1, 20);
    DeletionProgressed request = view.find(REQUEST).orElseThrow();
    assertThat(request.getStage()).isEqualTo(RequestStage.COMPLETED);
    assertThat(request.getForgetSetClosedAt()).isEqualTo(after(2));
    assertThat(request.getSamples()).isEqualTo(1);
    assertThat(request.getSuppressedAt()).isEqualTo(after(1));
  }

  @Test
  void shouldPublishAfterARestartWhatTheLogHasAlready() throws IOException {
    start();
    completeRequestUpToRelease();
    brokerAway = true;
    heartbeat(1, 6);
    assertThat(ledger.fault().orElseThrow())
        .startsWith("The ledger could not publish to deletion.progressed (TimeoutException).");
    assertThat(view.find(REQUEST).orElseThrow().getStage()).isEqualTo(RequestStage.RELEASED);
    String receipt = receipts.find(REQUEST).orElseThrow();
    Files.delete(directory.resolve("receipts/" + REQUEST + ".json"));
    brokerAway = false;
    clock.advance(Duration.ofSeconds(30));
    restart();
    assertThat(last().getStage()).isEqualTo(RequestStage.COMPLETED);
    assertThat(last().getUnlearnedAt()).isEqualTo(after(6));
    assertThat(receipts.find(REQUEST)).contains(receipt);
  }

  @Test
  void shouldPublishAgainByItselfWhenTheBrokerComesBack() {
    start();
    brokerAway = true;
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    assertThat(view.find(REQUEST)).isEmpty();
    brokerAway = false;
    ledger.evaluate();
    assertThat(last().getStage()).isEqualTo(RequestStage.RECEIVED);
    assertThat(ledger.fault()).isEmpty();
  }

  @Test
  void shouldAcknowledgeNothingWhileTheDiskIsFullAndGoOnAfterwards() {
    start();
    disk.fillAfter(0);
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    assertThat(published).isEmpty();
    assertThat(ledger.fault().orElseThrow())
        .startsWith("The ledger could not write its log (IOException: No space left on device).");
    disk.makeRoom();
    ledger.evaluate();
    assertThat(last().getStage()).isEqualTo(RequestStage.RECEIVED);
    assertThat(ledger.fault()).isEmpty();
  }

  @Test
  void shouldRecordOneStepPerChangeWhenItCatchesUp() {
    topics.add(record(Topics.ADAPTER_SERVING, "a", serving("a", 0, OFFSET + 1, 1)));
    topics.add(record(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT)));
    topics.add(record(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT)));
    start();
    assertThat(published.stream().map(DeletionProgressed::getStage))
        .containsExactly(RequestStage.SUPPRESSED);
    assertThat(lastEntry().sequence()).isEqualTo(2);
  }

  @Test
  void shouldSayWhenMoreRequestsComeThanItMayHold() {
    requestsMax = 1;
    start();
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    assertThat(ledger.fault()).isEmpty();
    tell(Topics.DELETION_REQUESTED, OTHER_REQUEST, requested(OTHER_REQUEST, "another"));
    assertThat(view.size()).isEqualTo(1);
    assertThat(ledger.fault().orElseThrow())
        .startsWith("More requests than lethe.requests-max (1) are there");
    requestsMax = 2;
    restart();
    assertThat(view.size()).isEqualTo(2);
    assertThat(ledger.fault()).isEmpty();
  }

  @Test
  void shouldPassOverWithdrawalsAndOtherModels() {
    start();
    DeletionRequested withdrawal =
        DeletionRequested.newBuilder(requested(REQUEST, SUBJECT))
            .setAction(DeletionAction.WITHDRAW)
            .build();
    tell(Topics.DELETION_REQUESTED, REQUEST, withdrawal);
    assertThat(published).isEmpty();
    var foreign = serving("foreign", 0, 0, 0);
    foreign.setModelId("another-model");
    tell(Topics.ADAPTER_SERVING, "foreign", foreign);
    heartbeat(0, 1);
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    assertThat(last().getStage()).isEqualTo(RequestStage.SUPPRESSED);
  }

  @Test
  void shouldTellBothDeadlinesAndTheReasonOnceExtended() throws IOException {
    start();
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    assertThat(view.earliestUnlearnedDue()).contains(Events.START.plus(Duration.ofDays(30)));
    tell(Topics.DELETION_REQUESTED, REQUEST, extended(REQUEST, SUBJECT));
    assertThat(last().getStage()).isEqualTo(RequestStage.RECEIVED);
    assertThat(last().getDueAt()).isEqualTo(Events.START.plus(Duration.ofDays(90)));
    assertThat(last().getExtension()).isEqualTo(extended(REQUEST, SUBJECT).getExtension());
    assertThat(view.earliestUnlearnedDue()).contains(Events.START.plus(Duration.ofDays(90)));

    long entries = lastEntry().sequence();
    tell(Topics.DELETION_REQUESTED, REQUEST, extended(REQUEST, SUBJECT));
    List<DeletionProgressed> told = List.copyOf(published);
    restart();
    assertThat(published).as("nothing is told twice").isEqualTo(told);
    assertThat(lastEntry().sequence()).isEqualTo(entries);

    completeRequest(SUBJECT);
    JsonNode payload = payload(receipts.find(REQUEST).orElseThrow());
    assertThat(payload.path("dueAt").asText()).isEqualTo("2026-04-01T00:00:00Z");
    assertThat(payload.path("extension").toString())
        .isEqualTo(
            "{\"firstDueAt\":\"2026-01-31T00:00:00Z\",\"reason\":\"COMPLEXITY\","
                + "\"notifiedAt\":\"2026-01-01T01:00:00Z\"}");
    assertThat(view.earliestUnlearnedDue()).isEmpty();
    assertThat(view.earliestExactDue()).contains(Events.START.plus(Duration.ofDays(90)));
  }

  @Test
  void shouldExtendACompletedRequestThatIsNotExactYetEvenIfItWasDown() {
    start();
    completeRequest(SUBJECT);
    topics.add(record(Topics.DELETION_REQUESTED, REQUEST, extended(REQUEST, SUBJECT)));
    restart();
    assertThat(last().getStage()).isEqualTo(RequestStage.COMPLETED);
    assertThat(last().getDueAt()).isEqualTo(Events.START.plus(Duration.ofDays(90)));
    becomeExact();
    assertThat(view.earliestExactDue()).isEmpty();
    assertThat(last().getDueAt()).isEqualTo(Events.START.plus(Duration.ofDays(90)));
  }

  @Test
  void shouldPassOverAnExtensionWithoutAReasonOrOfAnUnknownRequest() {
    start();
    tell(Topics.DELETION_REQUESTED, REQUEST, extended(REQUEST, SUBJECT));
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    DeletionRequested bare =
        DeletionRequested.newBuilder(extended(REQUEST, SUBJECT)).setExtension(null).build();
    tell(Topics.DELETION_REQUESTED, REQUEST, bare);
    assertThat(last().getExtension()).isNull();
    assertThat(last().getDueAt()).isEqualTo(Events.START.plus(Duration.ofDays(30)));
  }

  @Test
  void shouldRecordNothingWhenTheLogIsOlderThanWhatWasTold() {
    start();
    MemoryLogStore backup = new MemoryLogStore(disk);
    completeRequest(SUBJECT);
    told = log.checkpoint();
    disk.files().clear();
    disk.files().putAll(backup.files());
    int before = published.size();
    restart();
    tell(Topics.DELETION_REQUESTED, OTHER_REQUEST, requested(OTHER_REQUEST, "another"));
    assertThat(published).hasSize(before);
    assertThat(log.size()).isZero();
    assertThat(ledger.fault().orElseThrow())
        .contains("it ends after entry 0, but 7 were told", "Restore the folder log");
  }

  @Test
  void shouldSayThatTheWordsOfAReceiptAreLostInsteadOfWordingThemAnew() throws IOException {
    start();
    completeRequest(SUBJECT);
    brokerAway = true;
    becomeExact();
    Files.delete(directory.resolve("receipts/" + REQUEST + ".exact.json"));
    Files.delete(directory.resolve("receipt-drafts.json"));
    brokerAway = false;
    restart();
    assertThat(ledger.fault().orElseThrow())
        .contains(RequestProgress.exactReceiptId(REQUEST) + " says is not in receipt-drafts.json");
    assertThat(view.find(REQUEST).orElseThrow().getExactAt()).isNull();
  }

  @Test
  void shouldNotAwaitAServerThatSaidGoodbye() {
    start();
    tell(Topics.ADAPTER_SERVING, "b", serving("b", 0, 0, 0));
    heartbeat(0, 1);
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    assertThat(last().getStage()).isEqualTo(RequestStage.RECEIVED);
    tell(Topics.ADAPTER_SERVING, "b", null);
    assertThat(last().getStage()).isEqualTo(RequestStage.SUPPRESSED);
  }

  private void completeRequest(String... sampleSubjects) {
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    heartbeat(0, 1);
    tell(Topics.FORGET_SET_CLOSED, Events.MODEL, closed(REQUEST, sampleSubjects));
    tell(Topics.ADAPTER_TRAINED, Events.MODEL, trained(true));
    tell(Topics.ADAPTER_VERSION, Events.MODEL, released(1, REQUEST));
    heartbeat(1, 6);
  }

  /** An exact version takes the place of version 1 and is served at second 9. */
  private void becomeExact() {
    tell(Topics.ADAPTER_TRAINED, Events.MODEL, trainedExact(true));
    tell(Topics.ADAPTER_VERSION, Events.MODEL, releasedExact(2, REQUEST));
    heartbeat(2, 9);
  }

  private static JsonNode payload(String receipt) throws IOException {
    ObjectMapper json = new ObjectMapper();
    return json.readTree(decode(json.readTree(receipt).path("payload")));
  }

  private void completeRequestUpToRelease() {
    tell(Topics.DELETION_REQUESTED, REQUEST, requested(REQUEST, SUBJECT));
    heartbeat(0, 1);
    tell(Topics.FORGET_SET_CLOSED, Events.MODEL, closed(REQUEST, SUBJECT));
    tell(Topics.ADAPTER_TRAINED, Events.MODEL, trained(true));
    tell(Topics.ADAPTER_VERSION, Events.MODEL, released(1, REQUEST));
  }

  private void heartbeat(long version, long seconds) {
    Duration ahead = Duration.between(clock.instant(), after(seconds));
    clock.advance(ahead);
    tell(Topics.ADAPTER_SERVING, "a", serving("a", version, OFFSET + 1, seconds));
  }

  private void tell(Topic<?> topic, String recordKey, SpecificRecord value) {
    FollowedRecord<SpecificRecord> record = record(topic, recordKey, value);
    topics.add(record);
    facts.apply(record);
    ledger.evaluate();
  }

  private FollowedRecord<SpecificRecord> record(
      Topic<?> topic, String recordKey, SpecificRecord value) {
    return new FollowedRecord<>(
        topic.name(), 0, OFFSET, recordKey, value, clock.instant(), new RecordHeaders());
  }

  private void restart() {
    start();
  }

  /** A ledger that recovers from its topic and its log, then reads every other topic. */
  private void start() {
    Knowledge knowledge =
        new Knowledge(new VersionTable(4), new ServerTable(Duration.ofSeconds(60), 1, 10), 10);
    RequestProgress progress =
        new RequestProgress(
            new RequestLifecycle(), knowledge, Duration.ofSeconds(60), (id, reason) -> {});
    Map<String, LogEntry> logged = new LinkedHashMap<>();
    key = SigningKey.loadOrCreate(directory.resolve("key.jwk"), new SecureRandom());
    log =
        TransitionLog.open(
            disk, key.logSigner(ORIGIN), entry -> logged.put(entry.after().requestId(), entry));
    receipts = new ReceiptOffice(directory.resolve("receipts"), key, log, receiptDisk);
    view = new LedgerView();
    ledger =
        new Ledger(
            knowledge,
            progress,
            log,
            logged,
            receipts,
            this::publish,
            view,
            new Unobserved(),
            requestsMax,
            clock);
    facts = new LedgerFacts(ledger, Events.MODEL, flow, topic -> {});
    List.copyOf(published).forEach(ledger::load);
    if (told != null) {
      ledger.told(told);
    }
    ledger.loaded();
    for (FollowedRecord<SpecificRecord> record : topics) {
      facts.apply(record);
      ledger.evaluate();
    }
    ledger.goLive();
  }

  private void publish(List<DeletionProgressed> snapshots) {
    if (brokerAway) {
      throw new PublicationException(new TimeoutException("away"));
    }
    snapshots.forEach(this::requireDurableReceipt);
    published.addAll(snapshots);
  }

  private void requireDurableReceipt(DeletionProgressed snapshot) {
    if (snapshot.getReceiptId() != null) {
      String requestId = snapshot.getRequestId();
      boolean exact = snapshot.getReceiptId().equals(RequestProgress.exactReceiptId(requestId));
      assertThat(
              receiptDisk.isDurable(
                  directory.resolve("receipts/" + requestId + (exact ? ".exact.json" : ".json"))))
          .as("receipt of %s", requestId)
          .isTrue();
    }
  }

  private DeletionProgressed last() {
    return published.get(published.size() - 1);
  }

  private LogEntry lastEntry() {
    List<LogEntry> entries = new ArrayList<>();
    TransitionLog.open(new MemoryLogStore(disk), key.logSigner(ORIGIN), entries::add);
    return entries.get(entries.size() - 1);
  }

  private static String decode(JsonNode node) {
    return new String(Base64.getUrlDecoder().decode(node.asText()), StandardCharsets.UTF_8);
  }

  private static final class Unobserved implements LedgerObserver {
    @Override
    public void recorded(Step step) {}

    @Override
    public void ignored() {}
  }
}
