package io.lethe.catalog.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.catalog.CatalogSettings;
import io.lethe.catalog.domain.Candidates;
import io.lethe.catalog.http.MovesResource.MoveView;
import io.lethe.catalog.http.MovesResource.RecordView;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.lang.reflect.Proxy;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What moves are answered; who may ask for them is MovesAccessTest's. */
class MovesResourceTest {
  private static final String WHY = "{\"why\":\"the answers are worse\"}";

  private final MemoryMover mover = new MemoryMover();
  private final CatalogSettings settings =
      (CatalogSettings)
          Proxy.newProxyInstance(
              CatalogSettings.class.getClassLoader(),
              new Class<?>[] {CatalogSettings.class},
              (proxy, method, arguments) -> Duration.ofSeconds(10));
  private final MovesResource resource = new MovesResource(mover, settings);

  @BeforeEach
  void startAnew() {
    mover.reset();
  }

  @Test
  void shouldRollBackOnceHoweverOftenItIsAsked() {
    MoveView first = done(moves -> moves.rollback("1", WHY, person("anna")));
    assertThat(first.move()).isEqualTo("rollback");
    assertThat(first.changed()).isTrue();
    assertThat(first.records()).containsExactly(new RecordView(3, "released", "adapter-1"));
    assertThat(mover.lastActorRef).isEqualTo("ref-of-anna");
    MoveView again = done(moves -> moves.rollback("1", WHY, person("anna")));
    assertThat(again.changed()).isFalse();
    assertThat(again.records()).isEmpty();
  }

  @Test
  void shouldRefuseToGoBelowTheWatermarkWithTheRemedyAndWithoutARequestsId() {
    mover.release(Candidates.accepted("set-2", "adapter-2", "adapter-exact", "r2").build());
    VersionsResource.Problem problem =
        refused(409, moves -> moves.rollback("2", WHY, person("anna")));
    assertThat(problem.title()).isEqualTo("below_minimum_watermark");
    assertThat(problem.detail()).contains("1 of 2 requests are missing").doesNotContain("r2");
    assertThat(refused(404, moves -> moves.rollback("9", WHY, person("anna"))).title())
        .isEqualTo("version_unknown");
  }

  @Test
  void shouldTakeTwoPersonsForAnOverride() {
    String pin = "{\"rule\":\"pin\",\"why\":\"anna cannot be reached\"}";
    assertThat(done(moves -> moves.proposeOverride(pin, person("ben"))).changed()).isTrue();
    assertThat(refused(409, moves -> moves.approveOverride(pin, person("ben"))).title())
        .isEqualTo("same_person");
    assertThat(done(moves -> moves.approveOverride(pin, person("cora"))).changed()).isTrue();
    assertThat(done(moves -> moves.approveOverride(pin, person("cora"))).changed()).isFalse();
    assertThat(done(moves -> moves.revokeOverride(WHY, person("dora"))).changed()).isTrue();
  }

  @Test
  void shouldPlanACanaryPinAndWithdraw() {
    String tenth = "{\"percent\":10,\"why\":\"w\"}";
    assertThat(done(moves -> moves.startCanary(tenth, person("anna"))).changed()).isTrue();
    assertThat(done(moves -> moves.endCanary(WHY, person("anna"))).changed()).isTrue();
    assertThat(done(moves -> moves.pin("2", WHY, person("anna"))).changed()).isTrue();
    assertThat(refused(409, moves -> moves.unpin("2", WHY, person("ben"))).title())
        .isEqualTo("pinned_by_another");
    assertThat(done(moves -> moves.unpin("2", WHY, person("anna"))).changed()).isTrue();
    assertThat(done(moves -> moves.withdraw("2", WHY, person("anna"))).records())
        .extracting(RecordView::status)
        .containsExactly("withdrawn", "released");
    assertThat(refused(409, moves -> moves.promote("2", WHY, person("anna"))).title())
        .isEqualTo("no_canary");
  }

  private MoveView done(Function<MovesResource, CompletionStage<Response>> ask) {
    Response answer = ask.apply(resource).toCompletableFuture().join();
    assertThat(answer.getStatus()).isEqualTo(200);
    return (MoveView) answer.getEntity();
  }

  private VersionsResource.Problem refused(
      int status, Function<MovesResource, CompletionStage<Response>> ask) {
    Response answer = ask.apply(resource).toCompletableFuture().join();
    assertThat(answer.getStatus()).isEqualTo(status);
    return (VersionsResource.Problem) answer.getEntity();
  }

  private static SecurityContext person(String name) {
    Principal principal = () -> name;
    return (SecurityContext)
        Proxy.newProxyInstance(
            SecurityContext.class.getClassLoader(),
            new Class<?>[] {SecurityContext.class},
            (proxy, method, arguments) -> principal);
  }
}
