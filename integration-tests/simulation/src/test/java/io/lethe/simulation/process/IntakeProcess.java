package io.lethe.simulation.process;

import io.lethe.intake.accept.Acceptance;
import io.lethe.intake.accept.RequestAcceptance;
import io.lethe.intake.domain.DatingRules;
import io.lethe.intake.domain.DeadlinePolicy;
import io.lethe.intake.domain.ErasureScope;
import io.lethe.intake.domain.ExtensionRequest;
import io.lethe.intake.domain.RefusalReason;
import io.lethe.intake.domain.RefusedException;
import io.lethe.intake.domain.Submission;
import io.lethe.intake.status.RequestStatusTable;
import io.lethe.schemas.Topics;
import io.lethe.schemas.event.DeletionProgressed;
import io.lethe.schemas.event.DeletionRequested;
import io.lethe.schemas.event.DeletionSubmitted;
import io.lethe.schemas.event.ExtensionReason;
import io.lethe.simulation.Fault;
import io.lethe.simulation.Mutation;
import io.lethe.simulation.Violation;
import io.lethe.simulation.World;
import io.lethe.simulation.broker.ConsumerGroup;
import io.lethe.simulation.broker.Entry;
import io.lethe.simulation.broker.FencedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * deletion-intake: its acceptance and status table are the real ones, both doors stand for HTTP and
 * Kafka.
 */
public final class IntakeProcess extends SimulatedProcess {
  private static final int REQUESTS_MAX = 64;
  private static final int IN_FLIGHT_MAX = 6;
  private static final int ITEMS_MAX = 100;
  private static final String SOURCE = Topics.DELETION_SUBMITTED.name() + '/';

  private record InFlight(DeletionRequested request, CompletableFuture<Void> published) {}

  /** A record of the Kafka door that waits until what came of it is durable. */
  private record Submitted(long offset, CompletableFuture<?> done) {}

  private final ConsumerGroup door;
  private RequestStatusTable table;
  private RequestAcceptance acceptance;
  private Follower follower;
  private ArrayDeque<InFlight> inFlight;
  private Map<String, Long> positions;
  private Map<String, Submitted> submitted;
  private int generation;

  public IntakeProcess(World world, String name) {
    super(world, name);
    this.door = world.broker().group("intake", sources());
  }

  private static List<String> sources() {
    List<String> sources = new ArrayList<>();
    for (int partition = 0; partition < World.SUBJECT_PARTITIONS; partition++) {
      sources.add(SOURCE + partition);
    }
    return sources;
  }

  @Override
  protected void onStart() {
    table = new RequestStatusTable(REQUESTS_MAX);
    inFlight = new ArrayDeque<>();
    acceptance =
        new RequestAcceptance(
            table,
            new DatingRules(DeadlinePolicy.lawful(), Duration.ofSeconds(60)),
            this::publish,
            IN_FLIGHT_MAX,
            clock);
    follower =
        new Follower(world, this::learn, Topics.DELETION_REQUESTED, Topics.DELETION_PROGRESSED);
    positions = new HashMap<>();
    submitted = new HashMap<>();
    generation = -1;
  }

  @Override
  protected void onEnd() {
    acceptance = null;
    inFlight.clear();
  }

  @Override
  protected void onStop() {
    door.leave(name());
  }

  @Override
  protected void onTurn() {
    follower.follow(6);
    publishSome();
    if (follower.isCaughtUp()) {
      takeSubmitted();
    }
    world
        .oracle()
        .holds(
            "bounded",
            table.size() <= REQUESTS_MAX && inFlight.size() <= IN_FLIGHT_MAX,
            () -> "intake holds " + table.size() + " requests, " + inFlight.size() + " in flight");
  }

  /** Whether a load balancer would send requests here. */
  public boolean isReady() {
    return isRunning() && follower.isCaughtUp();
  }

  /** The HTTP door. */
  public CompletableFuture<Acceptance> accept(Submission submission) {
    return acceptance.accept(submission, clock.instant());
  }

  /** The HTTP door's way to withdraw. */
  public CompletableFuture<Acceptance> withdraw(String requestId) {
    return acceptance.withdraw(requestId, null, null);
  }

  /** The HTTP door's way to move a deadline; the person was told this moment. */
  public CompletableFuture<Acceptance> extend(String requestId) {
    return acceptance.extend(
        requestId, new ExtensionRequest(ExtensionReason.COMPLEXITY, clock.instant(), null));
  }

  private void learn(Entry entry) {
    if (entry.value() instanceof DeletionRequested request) {
      table.onRequested(request);
    } else if (entry.value() instanceof DeletionProgressed progress) {
      table.onProgressed(progress);
    }
  }

  private CompletableFuture<Void> publish(DeletionRequested request) {
    CompletableFuture<Void> published = new CompletableFuture<>();
    inFlight.add(new InFlight(request, published));
    if (world.is(Mutation.INTAKE_ANSWERS_BEFORE_DURABLE)) {
      published.complete(null);
    }
    return published;
  }

  private void publishSome() {
    int batch = world.batch(2);
    while (batch-- > 0 && !inFlight.isEmpty()) {
      InFlight next = inFlight.poll();
      if (world.strikes(Fault.PUBLICATION_LOST, 0.05)) {
        next.published.completeExceptionally(new IllegalStateException("lost"));
        continue;
      }
      append(next.request);
      if (world.strikes(Fault.PRODUCER_DUPLICATE, 0.05)) {
        append(next.request);
      }
      if (world.strikes(Fault.PUBLICATION_UNCERTAIN, 0.05)) {
        next.published.completeExceptionally(new IllegalStateException("uncertain"));
      } else {
        next.published.complete(null);
      }
    }
  }

  private void append(DeletionRequested request) {
    tell("publishes " + request.getAction() + ' ' + World.brief(request.getRequestId()));
    world.broker().append(Topics.DELETION_REQUESTED.name(), request.getSubjectRef(), request);
  }

  private void takeSubmitted() {
    ConsumerGroup.Assignment assignment = door.poll(name(), world.now());
    if (assignment.generation() != generation) {
      generation = assignment.generation();
      positions.clear();
      submitted.clear();
    }
    assignment.sources().forEach(this::takeSubmitted);
  }

  private void takeSubmitted(String source) {
    Submitted waiting = submitted.get(source);
    if (waiting != null) {
      finish(source, waiting);
      return;
    }
    if (!positions.containsKey(source)) {
      OptionalLong committed = world.broker().position(door, source, 0);
      if (committed.isEmpty()) {
        return;
      }
      positions.put(source, committed.getAsLong());
    }
    int partition = Integer.parseInt(source.substring(SOURCE.length()));
    Entry entry =
        world.broker().next(Topics.DELETION_SUBMITTED.name(), partition, positions.get(source));
    if (entry != null) {
      submitted.put(source, new Submitted(entry.offset(), begin(entry)));
    }
  }

  private void finish(String source, Submitted waiting) {
    if (!waiting.done.isDone()) {
      return;
    }
    submitted.remove(source);
    if (waiting.done.isCompletedExceptionally()) {
      // The position stays, so the record is read again.
      return;
    }
    try {
      world.broker().commit(door, name(), generation, source, waiting.offset + 1);
      positions.put(source, waiting.offset + 1);
    } catch (FencedException moved) {
      positions.remove(source);
    }
  }

  private CompletableFuture<?> begin(Entry entry) {
    if (!(entry.value() instanceof DeletionSubmitted record)) {
      return CompletableFuture.completedFuture(null);
    }
    try {
      Submission submission = submission(record);
      if (record.getWithdraw()) {
        return acceptance.withdraw(submission.requestId(), submission.subjectRef(), null);
      }
      Instant arrivedAt = entry.timestamp();
      return acceptance.accept(submission, arrivedAt);
    } catch (RefusedException refused) {
      if (refused.reason() == RefusalReason.UNAVAILABLE) {
        return CompletableFuture.failedFuture(refused);
      }
      if (refused.reason() != RefusalReason.TOO_LATE
          && refused.reason() != RefusalReason.UNKNOWN_REQUEST) {
        throw new Violation("accepted never lost", "a sound record is refused: " + refused);
      }
      return CompletableFuture.completedFuture(null);
    }
  }

  private static Submission submission(DeletionSubmitted record) {
    ErasureScope scope =
        ErasureScope.of(
            record.getScope().getKind(),
            List.copyOf(Set.copyOf(record.getScope().getItemIds())),
            record.getScope().getFrom(),
            record.getScope().getUntil(),
            ITEMS_MAX);
    return new Submission(
        record.getRequestId(),
        record.getSubjectRef(),
        scope,
        record.getRegime(),
        record.getSubmittedAt(),
        null,
        record.getSource(),
        null);
  }
}
