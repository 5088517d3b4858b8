package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.schemas.Topic;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.InteractionRecorded;
import io.lethe.schemas.kafka.CloudEvents;
import io.lethe.schemas.kafka.TraceContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A deletion event makes the served recommender forget, from the front door to the receipt. */
class ErasurePathIT {
  private final DevelopmentStack stack = DevelopmentStack.get();

  @Test
  void shouldForgetASubjectOnEveryServerAndProveIt() throws IOException {
    String account = DevelopmentStack.takeSubject();
    for (Service server : stack.servers()) {
      assertThat(recommend(server, account).json().required("personalized").asBoolean()).isTrue();
    }

    String requestId = Requests.eraseAll(stack, account);
    JsonNode done = Requests.awaitCompleted(stack, requestId);

    assertThat(done.required("acknowledgedBy"))
        .extracting(JsonNode::asText)
        .containsExactly("server-1", "server-2");
    assertThat(done.required("samples").asInt()).isPositive();
    assertThat(done.hasNonNull("exactAt")).isFalse();
    for (Service server : stack.servers()) {
      Service.Answer answer = recommend(server, account);
      assertThat(answer.json().required("personalized").asBoolean()).isFalse();
      assertThat(Long.parseLong(answer.header("X-Adapter-Version")))
          .isGreaterThanOrEqualTo(done.required("version").asLong());
      assertThat(versionOf(answer.header("X-Adapter-Id")).getWatermark()).contains(requestId);
    }
    assertThat(verify(done)).isZero();
    assertThat(remainingInteractions(done.required("subjectRef").asText())).isEmpty();
  }

  @Test
  void shouldReplaceTheApproximationByAnExactVersionInIdleTime() throws IOException {
    String requestId = Requests.eraseAll(stack, DevelopmentStack.takeSubject());
    JsonNode completed = Requests.awaitCompleted(stack, requestId);

    JsonNode exact = Requests.awaitExact(stack, requestId);

    assertThat(exact.required("exactVersion").asLong())
        .isGreaterThan(completed.required("version").asLong());
    AdapterVersion version = versionOf(exact.required("exactAdapterId").asText());
    assertThat(version.getExact()).isTrue();
    assertThat(version.getMethod()).isEqualTo("exact");
    assertThat(version.getWatermark()).contains(requestId);
    assertThat(exact.required("receiptId").asText())
        .isNotEqualTo(completed.required("receiptId").asText());
    assertThat(verify(exact)).isZero();
  }

  @Test
  void shouldCompleteARequestForASubjectThatHoldsNothing() {
    String requestId = Requests.eraseAll(stack, "nobody-by-this-name");
    JsonNode done = Requests.awaitCompleted(stack, requestId);
    assertThat(done.required("samples").asInt()).isZero();
  }

  @Test
  void shouldPutTheRecordsOfARequestAndOfItsForgetSetOnTheirTraces() {
    String requestId = Requests.eraseAll(stack, "nobody-who-is-traced");
    JsonNode done = Requests.awaitCompleted(stack, requestId);
    TraceContext request = TraceContext.ofRequest(requestId);
    TraceContext set = TraceContext.ofForgetSet(done.required("forgetSetId").asText());
    for (Topic<?> topic : List.of(Topics.DELETION_REQUESTED, Topics.DELETION_PROGRESSED)) {
      assertThat(traces(topic)).as(topic.name()).contains(request.traceparent());
    }
    for (Topic<?> topic :
        List.of(Topics.FORGET_SET_CLOSED, Topics.ADAPTER_TRAINED, Topics.ADAPTER_VERSION)) {
      assertThat(traces(topic)).as(topic.name()).contains(set.traceparent());
    }
  }

  private List<String> traces(Topic<?> topic) {
    return TopicReader.bytes(stack, topic.name()).stream()
        .map(record -> CloudEvents.text(record.headers(), TraceContext.HEADER))
        .toList();
  }

  @Test
  void shouldAnswerARepeatedRequestAlikeAndServeItOnce() {
    String account = DevelopmentStack.takeSubject();
    String requestId = Requests.eraseAll(stack, account);
    Service intake = stack.service("deletion-intake");
    assertThat(intake.post("/v1/deletion-requests", Requests.body(requestId, account)).status())
        .isEqualTo(202);
    Requests.awaitCompleted(stack, requestId);
    assertThat(versions().stream().filter(one -> one.getNewRequestIds().contains(requestId)))
        .hasSize(1);
  }

  @Test
  void shouldNotLetAnAccountIdReachAnyFileOfTheStack() throws IOException {
    String account = "canary-" + java.util.UUID.randomUUID();
    Requests.awaitCompleted(stack, Requests.eraseAll(stack, account));
    try (var files = Files.walk(stack.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(contains(file, account)).as(file.toString()).isFalse();
      }
    }
  }

  private static boolean contains(Path file, String text) throws IOException {
    try {
      return new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
          .contains(text);
    } catch (java.nio.file.NoSuchFileException gone) {
      // Log segments and state files come and go while the stack runs.
      return false;
    }
  }

  private int verify(JsonNode done) throws IOException {
    Service ledger = stack.service("erasure-ledger");
    Path receipt = Files.createTempFile(stack.folder(), "receipt-", ".json");
    Path key = Files.createTempFile(stack.folder(), "key-", ".json");
    Files.writeString(
        receipt, ledger.get("/v1/receipts/" + done.required("receiptId").asText()).body());
    Files.writeString(key, ledger.get("/v1/public-key").body());
    return LetheCommand.run(
            stack.log(), "verify", receipt.toString(), "--key", key.toString(), "--output", "json")
        .exitCode();
  }

  private static Service.Answer recommend(Service server, String account) {
    Service.Answer answer =
        server.post("/v1/recommendations", "{\"subject\": \"" + account + "\", \"topN\": 3}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private List<AdapterVersion> versions() {
    return TopicReader.<AdapterVersion>all(stack, Topics.ADAPTER_VERSION.name()).stream()
        .map(TopicReader.Read::value)
        .toList();
  }

  private AdapterVersion versionOf(String adapterId) {
    return versions().stream()
        .filter(one -> adapterId.equals(one.getAdapterId()))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /** Keys of a subject's interactions whose latest record is no tombstone. */
  private List<String> remainingInteractions(String subjectRef) {
    Map<String, InteractionRecorded> latest = new HashMap<>();
    TopicReader.<InteractionRecorded>all(stack, Topics.INTERACTION_RECORDED.name())
        .forEach(record -> latest.put(record.key(), record.value()));
    return latest.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(subjectRef) && entry.getValue() != null)
        .map(Map.Entry::getKey)
        .toList();
  }
}
