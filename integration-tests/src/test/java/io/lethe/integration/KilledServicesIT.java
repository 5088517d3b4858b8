package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.faults.CatalogueFault;
import io.lethe.faults.FaultCase;
import io.lethe.faults.FaultLevel;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.AdapterTrained;
import io.lethe.schemas.event.AdapterVersion;
import io.lethe.schemas.event.ForgetSetClosed;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** A service that dies at the worst moment is started again, and every effect happens once. */
class KilledServicesIT {
  private static final Duration RESTART_TIMEOUT = Duration.ofSeconds(90);
  private final DevelopmentStack stack = DevelopmentStack.get();

  @Test
  @FaultCase(
      fault = CatalogueFault.F4,
      level = FaultLevel.PROCESS,
      does = "Kills the worker (kill -9) in the middle of training.",
      load = "1 request",
      oracle = "One accepted candidate, one version, the request completed.",
      limit = "back within 4 minutes")
  void shouldReleaseOneVersionWhenTheWorkerIsKilledInTheMiddleOfTraining() {
    String requestId = Requests.eraseAll(stack, DevelopmentStack.takeSubject());
    Service worker = stack.service("unlearning-worker");
    await("the middle of training")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> worker.tryGet("/v1/jobs").map(answer -> answer.json().path("current")),
            current -> current.filter(job -> job.path("step").asInt() > 1).isPresent());
    long killed = stack.kill("unlearning-worker");

    JsonNode done = Requests.awaitCompleted(stack, requestId);

    assertThat(stack.pid("unlearning-worker")).isNotEqualTo(killed);
    assertServedOnce(requestId, done);
  }

  @Test
  @FaultCase(
      fault = CatalogueFault.F3,
      level = FaultLevel.PROCESS,
      does = "Kills the accumulator (kill -9) right after a request.",
      load = "1 request",
      oracle = "One forget set with the request's samples, the request completed.",
      limit = "started again within 90 s")
  void shouldCloseOneForgetSetWhenTheAccumulatorIsKilled() {
    String account = DevelopmentStack.takeSubject();
    String requestId = Requests.eraseAll(stack, account);
    long killed = stack.kill("forget-set-accumulator");
    await("another accumulator")
        .atMost(RESTART_TIMEOUT)
        .until(() -> stack.pid("forget-set-accumulator"), pid -> pid > 0 && pid != killed);

    JsonNode done = Requests.awaitCompleted(stack, requestId);

    assertThat(done.required("samples").asInt()).isPositive();
    assertServedOnce(requestId, done);
  }

  private void assertServedOnce(String requestId, JsonNode done) {
    String forgetSetId = done.required("forgetSetId").asText();
    List<ForgetSetClosed> sets =
        this.<ForgetSetClosed>values(Topics.FORGET_SET_CLOSED.name()).stream()
            .filter(one -> one.getRequestIds().contains(requestId))
            .toList();
    assertThat(sets).extracting(ForgetSetClosed::getForgetSetId).containsExactly(forgetSetId);
    List<AdapterTrained> candidates =
        this.<AdapterTrained>values(Topics.ADAPTER_TRAINED.name()).stream()
            .filter(one -> one.getForgetSetId().equals(forgetSetId) && !one.getExact())
            .toList();
    assertThat(candidates).hasSize(1);
    assertThat(candidates.get(0).getAccepted()).isTrue();
    List<AdapterVersion> versions =
        this.<AdapterVersion>values(Topics.ADAPTER_VERSION.name()).stream()
            .filter(one -> forgetSetId.equals(one.getForgetSetId()) && !one.getExact())
            .toList();
    assertThat(versions).hasSize(1);
    assertThat(versions.get(0).getAdapterId()).isEqualTo(candidates.get(0).getAdapterId());
  }

  private <T extends SpecificRecord> List<T> values(String topic) {
    return TopicReader.<T>all(stack, topic).stream().map(TopicReader.Read::value).toList();
  }
}
