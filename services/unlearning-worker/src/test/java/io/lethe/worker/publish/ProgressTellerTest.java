package io.lethe.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.schemas.SubjectPartitioner;
import io.lethe.schemas.event.UnlearningProgressed;
import io.lethe.worker.ManualClock;
import io.lethe.worker.Sets;
import io.lethe.worker.domain.Job;
import io.lethe.worker.domain.JobLifecycle;
import io.lethe.worker.domain.JobLog;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class ProgressTellerTest {
  private final ManualClock clock = new ManualClock();
  private final JobLog jobs = new JobLog(10);
  private final MockProducer<String, SpecificRecord> producer =
      new MockProducer<>(
          false, new SubjectPartitioner(), new StringSerializer(), (topic, value) -> new byte[0]);
  private final ProgressTeller teller =
      new ProgressTeller(jobs, producer, "recommender", "worker-0", clock);

  @Test
  void shouldTellTheWholeCurveOfAJobAndNothingWhileItStandsStill() {
    Job job = claim();
    job.take(JobLifecycle.Event.WAIT);
    job.take(JobLifecycle.Event.ASSEMBLE);
    job.take(JobLifecycle.Event.UNLEARN);
    job.progressed("student", 1, 8, 0.75);
    teller.tell();
    producer.completeNext();
    teller.tell();
    job.progressed("student", 2, 8, 0.5);
    teller.tell();
    producer.completeNext();

    assertThat(told()).hasSize(2);
    UnlearningProgressed last = told().get(1);
    assertThat(last.getPhase()).isEqualTo("unlearning");
    assertThat(last.getEnded()).isFalse();
    assertThat(last.getStepsDone()).isEqualTo(2);
    assertThat(last.getStepsTotal()).isEqualTo(8);
    assertThat(last.getCurve()).extracting("loss").containsExactly(0.75, 0.5);
  }

  @Test
  void shouldTellAgainWhatTheBrokerDidNotTake() {
    claim();
    teller.tell();
    producer.errorNext(new TimeoutException("the broker is away"));
    teller.tell();
    producer.completeNext();
    teller.tell();
    assertThat(told())
        .extracting(UnlearningProgressed::getPhase)
        .containsExactly("claimed", "claimed");
  }

  private Job claim() {
    Job job = new Job(Sets.set("set-1", 1).build(), clock, transition -> {});
    jobs.add(job);
    return job;
  }

  private List<UnlearningProgressed> told() {
    return producer.history().stream().map(sent -> (UnlearningProgressed) sent.value()).toList();
  }
}
