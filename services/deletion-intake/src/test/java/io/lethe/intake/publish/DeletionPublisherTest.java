package io.lethe.intake.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.intake.Requests;
import io.lethe.intake.TestPublishing;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class DeletionPublisherTest {
  private final TestPublishing publishing = new TestPublishing(false);

  @Test
  void shouldTimePublicationsByTheirOutcome() {
    publishing.publisher().publish(Requests.erase(1, "digest", null));
    publishing.publisher().publish(Requests.erase(2, "digest", null));
    publishing.acknowledgeNext();
    publishing.failNext(new TimeoutException("no broker"));

    assertThat(count("acknowledged")).isEqualTo(1);
    assertThat(count("failed")).isEqualTo(1);
  }

  @Test
  void shouldFailTheFutureWhenTheRecordCannotEvenBeSent() {
    publishing.refuseSends(new TimeoutException("no metadata"));

    CompletableFuture<Void> published =
        publishing.publisher().publish(Requests.erase(1, "digest", null));

    assertThat(published).isCompletedExceptionally();
    assertThat(count("failed")).isEqualTo(1);
  }

  private long count(String outcome) {
    return publishing.meters().get("erasure.publish").tag("outcome", outcome).timer().count();
  }
}
