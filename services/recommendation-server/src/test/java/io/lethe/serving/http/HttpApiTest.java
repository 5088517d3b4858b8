package io.lethe.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.engine.Prompt;
import io.lethe.engine.Viewed;
import io.lethe.schemas.access.Roles;
import io.lethe.schemas.subject.SubjectPseudonymizer;
import io.lethe.serving.domain.AgeClock;
import io.lethe.serving.domain.ErasureScope;
import io.lethe.serving.domain.Interaction;
import io.lethe.serving.history.ServingState;
import io.lethe.serving.http.OfflineBeans.ManualFeed;
import io.lethe.serving.model.AdapterSlot;
import io.lethe.serving.model.AdapterSwapper;
import io.lethe.serving.model.FakeScoringEngine;
import io.lethe.serving.model.Versions;
import io.lethe.testing.Tokens;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OfflineProfile.class)
class HttpApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String ADA = new SubjectPseudonymizer(OfflineProfile.KEY).subjectRef("ada");
  private static final String BEN = new SubjectPseudonymizer(OfflineProfile.KEY).subjectRef("ben");
  private static final Set<String> FORGOTTEN = Set.of("r1");

  private static final String TOKEN = Tokens.of("anna", Roles.AUDITOR);

  private final HttpClient client = HttpClient.newHttpClient();

  @TestHTTPResource("/")
  URI root;

  @Inject ServingState state;
  @Inject AdapterSwapper swapper;
  @Inject AdapterSlot slot;
  @Inject FakeScoringEngine engine;
  @Inject ManualFeed feed;
  @Inject AgeClock ages;

  @BeforeEach
  void serveOneVersion() throws Exception {
    feed.behind = null;
    feed.fault = null;
    feed.knownAt = ages.instant();
    engine.beforeScore(prompts -> {});
    for (String item : List.of("a", "b", "c")) {
      state.putItem(item, "Title " + item);
    }
    state.putInteraction(ADA, new Interaction("a", 4, START));
    swapper.announce(Versions.version(1, "one", FORGOTTEN));
    awaitVersion(1);
  }

  @Test
  void shouldRankGivenCandidatesForAnAccount() throws Exception {
    HttpResponse<String> answer =
        post("/v1/recommendations", "{'subject': 'ada', 'candidates': ['b', 'c'], 'topN': 5}");
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.get("personalized").booleanValue()).isTrue();
    assertThat(body.get("ranked")).hasSize(2);
    for (JsonNode ranked : body.get("ranked")) {
      String itemId = ranked.get("itemId").textValue();
      assertThat(ranked.get("title").textValue()).isEqualTo("Title " + itemId);
      assertThat((float) ranked.get("score").doubleValue())
          .isEqualTo(
              FakeScoringEngine.expected(
                  adapter(answer),
                  new Prompt(null, List.of(new Viewed("Title a", 4)), "Title " + itemId)));
    }
    assertThat(body.get("ranked").get(0).get("score").doubleValue())
        .isGreaterThan(body.get("ranked").get(1).get("score").doubleValue());
    assertStampedAlike(answer, body);
    assertThat(answer.body()).doesNotContain("\"ada\"").doesNotContain(ADA);
  }

  @Test
  void shouldAnswerUnknownAndErasedSubjectsAlike() throws Exception {
    state.putInteraction(BEN, new Interaction("a", 4, START));
    state.suppress("erase-ben", BEN, ErasureScope.all());
    HttpResponse<String> erased = post("/v1/recommendations", "{'subject': 'ben'}");
    HttpResponse<String> unknown = post("/v1/recommendations", "{'subject': 'nobody'}");
    assertThat(erased.statusCode()).isEqualTo(200);
    assertThat(erased.body()).isEqualTo(unknown.body());
    assertThat(JSON.readTree(erased.body()).get("personalized").booleanValue()).isFalse();
    assertThat(JSON.readTree(erased.body()).get("ranked")).hasSize(3);
    state.lift("erase-ben");
    state.removeInteraction(BEN, "a");
  }

  @Test
  void shouldTakeAPseudonymInPlaceOfAnAccount() throws Exception {
    assertThat(post("/v1/recommendations", "{'subjectRef': '" + ADA + "'}").body())
        .isEqualTo(post("/v1/recommendations", "{'subject': 'ada'}").body());
  }

  @Test
  void shouldNameTheCandidateThatTheCatalogueLacks() throws Exception {
    HttpResponse<String> answer =
        post("/v1/recommendations", "{'subject': 'ada', 'candidates': ['b', 'zzz']}");
    assertProblem(answer, 422, "candidates[1]", "publish it to catalog.item");
    assertThat(answer.body()).doesNotContain("zzz");
  }

  @Test
  void shouldNameTheFieldThatCannotBeUsed() throws Exception {
    assertRefused("{}", 422, "subject", "either subject");
    assertRefused("{'subject': 'ada', 'subjectRef': '" + ADA + "'}", 422, "subject", "either");
    assertRefused("{'subject': ' '}", 422, "subject", "1 to 512");
    assertRefused("{'subject': 7}", 422, "subject", "another type");
    assertRefused("{'subjectRef': 'ada@example.org'}", 422, "subjectRef", "15 characters");
    assertRefused("{'subject': 'ada', 'topN': 0}", 422, "topN", "between 1 and 100");
    assertRefused("{'subject': 'ada', 'topN': 101}", 422, "topN", "between 1 and 100");
    assertRefused("{'subject': 'ada', 'candidates': []}", 422, "candidates", "0 items");
    assertRefused("{'subject': 'ada', 'candidates': [null]}", 422, "candidates[0]", "item id");
    assertRefused("{'subject': 'ada', 'candidates': [1]}", 422, "candidates[0]", "another type");
    assertRefused("{'subject': 'ada', 'candidates': 'b'}", 422, "candidates", "another type");
    assertRefused("{'subject': 'ada', 'top_n': 3}", 422, "top_n", "topN");
    String many =
        IntStream.rangeClosed(0, 200).mapToObj(item -> "'b'").collect(Collectors.joining(","));
    assertRefused("{'subject': 'ada', 'candidates': [" + many + "]}", 422, "candidates", "201");
  }

  @Test
  void shouldRefuseWhatIsNoJsonWithoutRepeatingIt() throws Exception {
    assertRefused("{'subject': ada}", 400, null, "line 1");
    assertRefused("", 400, null, "empty");
    assertRefused("null", 400, null, "JSON object");
    assertRefused("[]", 400, null, "one JSON object");
    assertRefused("{'subject': 'ada'} {'subject': 'ada'}", 400, null, "");
    assertRefused(" ".repeat(262_145), 413, null, "262144 bytes");
  }

  @Test
  void shouldAnswerWrongPathsAndMethodsWithProblems() throws Exception {
    assertProblem(get("/v1/nothing"), 404, null, "/q/openapi");
    assertProblem(get("/v1/recommendations"), 405, null, "/q/openapi");
    HttpResponse<String> text =
        client.send(
            HttpRequest.newBuilder(root.resolve("/v1/recommendations"))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertProblem(text, 415, null, "/q/openapi");
  }

  @Test
  void shouldScoreAuditPromptsAsTheyStand() throws Exception {
    HttpResponse<String> answer =
        post(
            "/v1/audit/scores",
            "{'prompts': [{'profile': 'a teacher', 'history': [{'title': 'X', 'rating': 4.5}],"
                + " 'target': 'Y'}, {'target': 'Z'}]}");
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode scores = JSON.readTree(answer.body()).get("scores");
    assertThat((float) scores.get(0).doubleValue())
        .isEqualTo(
            FakeScoringEngine.expected(
                adapter(answer), new Prompt("a teacher", List.of(new Viewed("X", 4.5)), "Y")));
    assertThat((float) scores.get(1).doubleValue())
        .isEqualTo(FakeScoringEngine.expected(adapter(answer), new Prompt(null, List.of(), "Z")));
    assertThat(scores).hasSize(2);
  }

  @Test
  void shouldNameTheAuditFieldThatCannotBeUsed() throws Exception {
    assertProblem(post("/v1/audit/scores", "{}"), 422, "prompts", "1 to 256");
    assertProblem(
        post("/v1/audit/scores", "{'prompts': [{'history': []}]}"),
        422,
        "prompts[0].target",
        "1 to 2048");
    assertProblem(
        post("/v1/audit/scores", "{'prompts': [{'target': 'Y', 'history': [{'title': 'X'}]}]}"),
        422,
        "prompts[0].history[0]",
        "finite rating");
    String viewed =
        IntStream.rangeClosed(0, 10)
            .mapToObj(item -> "{'title': 'X', 'rating': 1}")
            .collect(Collectors.joining(","));
    assertProblem(
        post("/v1/audit/scores", "{'prompts': [{'target': 'Y', 'history': [" + viewed + "]}]}"),
        422,
        "prompts[0].history",
        "lethe.sample-rule.history-max");
  }

  @Test
  void shouldListTheRecommenderAndItsAdapter() throws Exception {
    JsonNode list = JSON.readTree(get("/v1/models").body());
    assertThat(list.get("object").textValue()).isEqualTo("list");
    assertThat(list.get("state").textValue()).isEqualTo("SERVING");
    JsonNode base = list.get("data").get(0);
    assertThat(base.get("id").textValue()).isEqualTo("recommender");
    assertThat(base.get("root").textValue()).isEqualTo(FakeScoringEngine.RECOMMENDER);
    assertThat(base.get("parent").isNull()).isTrue();
    assertThat(base.get("served").booleanValue()).isFalse();
    JsonNode adapter = list.get("data").get(1);
    long version = slot.serving().orElseThrow().version().version();
    assertThat(adapter.get("id").textValue()).isEqualTo("recommender:" + version);
    assertThat(adapter.get("parent").textValue()).isEqualTo("recommender");
    assertThat(adapter.get("served").booleanValue()).isTrue();
    assertThat(adapter.get("version").longValue()).isEqualTo(version);
    assertThat(adapter.get("watermarkDigest").textValue()).isEqualTo(Versions.digest(FORGOTTEN));
    assertThat(adapter.get("watermarkSize").intValue()).isEqualTo(1);
  }

  @Test
  void shouldShowARefusedVersionAndKeepServing() throws Exception {
    long before = slot.serving().orElseThrow().version().version();
    engine.failLoading("bad", "The adapter's content was altered.");
    swapper.announce(Versions.version(before + 1, "bad", FORGOTTEN));
    JsonNode refused = JSON.readTree("null");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (refused.isNull() && System.nanoTime() < deadline) {
      refused = JSON.readTree(get("/v1/models").body()).get("refused");
    }
    assertThat(refused.get("version").longValue()).isEqualTo(before + 1);
    assertThat(refused.get("reason").textValue()).isEqualTo("The adapter's content was altered.");
    HttpResponse<String> ready = get("/q/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body()).contains("The adapter's content was altered.");
    assertThat(
            post("/v1/recommendations", "{'subject': 'ada'}")
                .headers()
                .firstValue("X-Adapter-Version"))
        .hasValue(Long.toString(before));
    engine.repair("bad");
    swapper.announce(Versions.version(before + 2, "one", FORGOTTEN));
    awaitVersion(before + 2);
  }

  @Test
  void shouldNotAnswerWhileAnythingIsUnknown() throws Exception {
    feed.behind = "still reading deletion.requested";
    assertNotReady("still reading deletion.requested");
    feed.behind = null;
    feed.knownAt = null;
    assertNotReady("the server has not joined yet");
    feed.knownAt = ages.instant().minus(Duration.ofSeconds(50));
    assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
    feed.knownAt = ages.instant().minus(Duration.ofSeconds(61));
    assertNotReady("lethe.catalog-timeout");
  }

  @Test
  void shouldBeNeitherReadyNorLiveAfterAFollowerStopped() throws Exception {
    assertThat(get("/q/health/live").statusCode()).isEqualTo(200);
    feed.fault = "an event follower stopped: IllegalStateException";
    assertNotReady("an event follower stopped");
    assertThat(get("/q/health/live").statusCode()).isEqualTo(503);
  }

  @Test
  void shouldAnswerBusyWithRetryAfterWhenTheQueueIsFull() throws Exception {
    CountDownLatch scoring = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    engine.beforeScore(
        prompts -> {
          scoring.countDown();
          hold(release);
        });
    List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
    // One thread scores and two requests wait: the profile's whole capacity.
    held.add(postAsync("{'subject': 'ada'}"));
    assertThat(scoring.await(10, TimeUnit.SECONDS)).isTrue();
    for (int request = 0; request < 3; request++) {
      held.add(postAsync("{'subject': 'ada'}"));
    }
    HttpResponse<String> refused =
        (HttpResponse<String>)
            CompletableFuture.anyOf(held.toArray(CompletableFuture[]::new))
                .get(10, TimeUnit.SECONDS);
    release.countDown();
    assertProblem(refused, 503, null, "lethe.queue-max");
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    List<Integer> statuses = new ArrayList<>();
    for (CompletableFuture<HttpResponse<String>> request : held) {
      statuses.add(request.get(10, TimeUnit.SECONDS).statusCode());
    }
    assertThat(statuses).containsExactlyInAnyOrder(200, 200, 200, 503);
  }

  @Test
  void shouldNameExactlyTheAdapterThatScoredThroughSwaps() throws Exception {
    long version = slot.serving().orElseThrow().version().version();
    for (int swap = 1; swap <= 20; swap++) {
      List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
      asked.add(postAsync("{'subject': 'ada', 'candidates': ['b']}"));
      swapper.announce(Versions.version(version + swap, "swap-" + swap, FORGOTTEN));
      asked.add(postAsync("{'subject': 'ada', 'candidates': ['b']}"));
      for (CompletableFuture<HttpResponse<String>> request : asked) {
        HttpResponse<String> answer = request.get(10, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode body = JSON.readTree(answer.body());
        assertThat((float) body.get("ranked").get(0).get("score").doubleValue())
            .isEqualTo(
                FakeScoringEngine.expected(
                    adapter(answer),
                    new Prompt(null, List.of(new Viewed("Title a", 4)), "Title b")));
        assertStampedAlike(answer, body);
      }
      awaitVersion(version + swap);
    }
  }

  @Test
  void shouldAnswerFromTheVersionThatAnAuditorPins() throws Exception {
    long before = slot.serving().orElseThrow().version().version();
    swapper.announce(Versions.version(before + 1, "pin-1", FORGOTTEN));
    awaitVersion(before + 1);
    swapper.announce(Versions.version(before + 2, "pin-2", FORGOTTEN));
    awaitVersion(before + 2);
    String body = "{'subject': 'ada', 'candidates': ['b']}";
    HttpResponse<String> pinned = pinned(body, TOKEN, String.valueOf(before + 1));
    assertThat(pinned.statusCode()).as(pinned.body()).isEqualTo(200);
    assertThat(adapter(pinned)).isEqualTo("pin-1");
    assertThat((float) JSON.readTree(pinned.body()).at("/ranked/0/score").doubleValue())
        .isEqualTo(
            FakeScoringEngine.expected(
                "pin-1", new Prompt(null, List.of(new Viewed("Title a", 4)), "Title b")));
    assertThat(adapter(pinned(body, TOKEN, String.valueOf(before + 2)))).isEqualTo("pin-2");
    JsonNode held = JSON.readTree(get("/v1/models").body()).get("data").get(2);
    assertThat(held.get("id").textValue()).isEqualTo("recommender:" + (before + 1));
    assertThat(held.get("served").booleanValue()).isFalse();

    assertProblem(
        pinned(body, TOKEN, String.valueOf(before)), 409, "X-Pin-Version", "versions-held-max");
    assertProblem(pinned(body, TOKEN, "newest"), 422, "X-Pin-Version", "version number");
    assertProblem(
        pinned(body, Tokens.of("pia", Roles.PRODUCER), String.valueOf(before + 1)),
        403,
        null,
        "roles");
  }

  @Test
  void shouldTryAReleasedVersionNowAndNoOtherEver() throws Exception {
    long before = slot.serving().orElseThrow().version().version();
    String served = slot.serving().orElseThrow().version().adapterId();
    assertThat(load(before, served).body()).contains("\"state\":\"served\"");
    engine.failLoading("late", "The artefact store holds no such adapter.");
    swapper.announce(Versions.version(before + 1, "late", FORGOTTEN));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (swapper.refusal().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    engine.repair("late");
    assertThat(load(before + 1, "late").statusCode()).isIn(200, 202);
    awaitVersion(before + 1);

    assertProblem(load(before + 2, "anything"), 409, null, "have it release the adapter first");
    assertProblem(load(before + 1, "another"), 409, null, "have it release the adapter first");
    assertProblem(
        loadBody("{'lora_name': 'sql', 'lora_path': '/tmp/x'}"), 422, "lora_name", "recommender:");
    assertProblem(loadBody("{'lora_name': 'recommender:1'}"), 422, "lora_path", "content address");
    assertProblem(
        loadBody("{'lora_name': 'recommender:1', 'path': 'x'}"), 422, "path", "lora_path");
    assertThat(slot.serving().orElseThrow().version().adapterId()).isEqualTo("late");
  }

  private HttpResponse<String> load(long version, String adapterId) throws Exception {
    return loadBody(
        "{'lora_name': 'recommender:" + version + "', 'lora_path': '" + adapterId + "'}");
  }

  private HttpResponse<String> loadBody(String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(root.resolve("/v1/load_lora_adapter"))
            .header("Authorization", "Bearer " + Tokens.of("olga", Roles.OPERATOR))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> pinned(String body, String token, String version) throws Exception {
    return client.send(
        HttpRequest.newBuilder(root.resolve("/v1/recommendations"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("X-Pin-Version", version)
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void shouldExposeItsMetrics() throws Exception {
    post("/v1/recommendations", "{'subject': 'ada'}");
    String metrics = get("/q/metrics").body();
    assertThat(metrics)
        .contains("adapter_swap_duration_seconds_count")
        .contains("adapter_inflight_old 0.0")
        .contains("suppression_subjects 0.0")
        .contains("adapter_watermark 1.0")
        .contains("scoring_calls_total", "scoring_requests_total", "retrieval_items ")
        .contains(
            "recommendation_requests_seconds_count{endpoint=\"recommendations\",outcome=\"answered\"}");
    assertThat(metrics).doesNotContain(ADA);
  }

  @Test
  void shouldDescribeItself() throws Exception {
    assertThat(get("/q/openapi").body())
        .contains("/v1/recommendations", "/v1/audit/scores", "/v1/models", "subjectRef");
  }

  private void assertNotReady(String obstacle) throws Exception {
    HttpResponse<String> health = get("/q/health/ready");
    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body()).contains(obstacle);
    assertProblem(post("/v1/recommendations", "{'subject': 'ada'}"), 503, null, obstacle);
  }

  private void assertRefused(String body, int status, String field, String detail)
      throws Exception {
    assertProblem(post("/v1/recommendations", body), status, field, detail);
  }

  private static void assertProblem(
      HttpResponse<String> answer, int status, String field, String detail) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.get("title").textValue()).isNotBlank();
    assertThat(problem.get("detail").textValue()).contains(detail);
    assertThat(problem.path("field").textValue()).isEqualTo(field);
    assertThat(answer.body()).doesNotContain("ada@example.org");
  }

  private static void assertStampedAlike(HttpResponse<String> answer, JsonNode body) {
    assertThat(answer.headers().firstValue("X-Adapter-Id"))
        .hasValue(body.get("adapter").textValue());
    assertThat(answer.headers().firstValue("X-Adapter-Version"))
        .hasValue(Long.toString(body.get("version").longValue()));
    assertThat(answer.headers().firstValue("X-Forget-Watermark"))
        .hasValue(body.get("watermarkDigest").textValue())
        .hasValue(Versions.digest(FORGOTTEN));
  }

  private static String adapter(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Adapter-Id").orElseThrow();
  }

  private void awaitVersion(long atLeast) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (slot.serving().map(now -> now.version().version()).orElse(-1L) < atLeast) {
      assertThat(System.nanoTime()).as("version %d within 10 s", atLeast).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(root.resolve(path))
            .header("Authorization", "Bearer " + TOKEN)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(json(path, body), HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> postAsync(String body) {
    return client.sendAsync(
        json("/v1/recommendations", body), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest json(String path, String body) {
    return HttpRequest.newBuilder(root.resolve(path))
        .header("Authorization", "Bearer " + TOKEN)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
        .build();
  }
}
