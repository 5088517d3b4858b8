package io.lethe.catalog.follow;

import io.lethe.catalog.domain.Move;
import io.lethe.catalog.domain.MoveDecision;
import io.lethe.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Reads adapter.trained on one thread of its own. The group gives the topic's partition to one
 * catalog; only that one leads, the others stand by. Taking the lead opens a {@link Session}, which
 * fences the previous leader and rebuilds the lineage, so a leader that was cut off cannot write.
 *
 * <p>Any fault closes session and consumer and starts over from the committed offset after a pause.
 */
public final class CandidateLoop {
  private static final Logger LOG = Logger.getLogger(CandidateLoop.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** The work of a leader. */
  public interface Session extends AutoCloseable {
    /** Takes one record through to its commit. */
    void take(ConsumerRecord<byte[], byte[]> record);

    /** Whether records must wait in their topic for now. */
    default boolean isWaiting() {
      return false;
    }

    /** Called whenever the loop comes round, for what time alone brings about. */
    default void turn() {}

    /** Does what a person asks for, through to its commit. */
    default MoveDecision move(Move move) {
      throw new UnsupportedOperationException();
    }

    @Override
    void close();
  }

  /** Opens the work of a leader. */
  @FunctionalInterface
  public interface Sessions {
    /** Fences earlier leaders and rebuilds the state. */
    Session open(Consumer<byte[], byte[]> consumer) throws InterruptedException;
  }

  /** What the catalog is doing. */
  public enum Role {
    STARTING,
    STANDBY,
    LEADER,
    /** The last attempt failed; it is tried again. */
    FAULTED,
    STOPPED
  }

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Sessions sessions;
  private final Duration retryPause;
  private final Clock clock;
  private final BlockingQueue<WaitingMove> moves;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile Consumer<byte[], byte[]> polling;
  private volatile Standing standing = new Standing(Role.STARTING, "");
  private volatile Instant lastTurnAt;

  /**
   * A loop, to be started.
   *
   * @param retryPause pause before starting over after a fault
   * @param movesWaitingMax moves that may wait for the loop; a further one is turned away
   */
  public CandidateLoop(
      Supplier<Consumer<byte[], byte[]>> consumers,
      Sessions sessions,
      Duration retryPause,
      int movesWaitingMax,
      Clock clock) {
    this.moves = new ArrayBlockingQueue<>(movesWaitingMax);
    this.consumers = consumers;
    this.sessions = sessions;
    this.retryPause = retryPause;
    this.clock = clock;
    this.lastTurnAt = clock.instant();
    this.thread = new Thread(this::run, "candidate-loop");
    this.thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Ends the loop after the record in hand, waiting at most the given time. */
  public void stop(Duration limit) throws InterruptedException {
    stop.countDown();
    Consumer<byte[], byte[]> current = polling;
    if (current != null) {
      current.wakeup();
    }
    thread.join(limit.toMillis());
  }

  /**
   * Has the leader do a move; the answer comes on the loop's thread. It fails with {@link
   * NotLeadingException} where another catalog leads or too many moves wait, and with what went
   * wrong where nobody knows whether the move was done. It may be repeated either way.
   */
  public CompletableFuture<MoveDecision> submit(Move move) {
    WaitingMove waiting = new WaitingMove(move, new CompletableFuture<>());
    if (role() != Role.LEADER) {
      waiting.done().completeExceptionally(new NotLeadingException("this catalog does not lead"));
    } else if (!moves.offer(waiting)) {
      waiting
          .done()
          .completeExceptionally(
              new NotLeadingException("more moves wait than lethe.moves-waiting-max allows"));
    }
    return waiting.done();
  }

  public Role role() {
    return standing.role();
  }

  /** Why the last attempt failed; empty when it did not. */
  public String fault() {
    return standing.fault();
  }

  /** When the loop last came round. */
  public Instant lastTurnAt() {
    return lastTurnAt;
  }

  private void run() {
    boolean running = true;
    while (running) {
      running = attempt();
    }
    standing = new Standing(Role.STOPPED, standing.fault());
  }

  /** One life of a consumer; false when the loop is to end. */
  private boolean attempt() {
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      polling = consumer;
      lead(consumer);
      return false;
    } catch (WakeupException | InterruptedException stopped) {
      return false;
    } catch (RuntimeException failed) {
      String fault =
          failed.getMessage() == null ? failed.getClass().getSimpleName() : failed.getMessage();
      standing = new Standing(Role.FAULTED, fault);
      LOG.errorf(failed, "release loop starts over in %s: %s", retryPause, fault);
      return pause();
    } finally {
      polling = null;
    }
  }

  private void lead(Consumer<byte[], byte[]> consumer) throws InterruptedException {
    Assignment assignment = new Assignment();
    consumer.subscribe(List.of(Topics.ADAPTER_TRAINED.name()), assignment);
    Session session = null;
    try {
      while (!isStopping()) {
        hold(consumer, session);
        var records = consumer.poll(POLL);
        lastTurnAt = clock.instant();
        if (session != null && assignment.changed()) {
          session.close();
          session = null;
        }
        if (session == null && assignment.isHeld()) {
          session = sessions.open(consumer);
          LOG.info("this catalog leads: earlier writers are fenced");
        }
        standing = new Standing(session == null ? Role.STANDBY : Role.LEADER, "");
        move(session);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          if (session.isWaiting()) {
            // What was polled and not taken comes again.
            consumer.seek(new TopicPartition(record.topic(), record.partition()), record.offset());
            break;
          }
          session.take(record);
          lastTurnAt = clock.instant();
        }
      }
    } finally {
      turnAway(new NotLeadingException("this catalog does not lead any more"));
      if (session != null) {
        session.close();
      }
    }
  }

  /** Candidates wait in their one partition while the session wants them to. */
  private static void hold(Consumer<byte[], byte[]> consumer, Session session) {
    if (session != null && session.isWaiting()) {
      consumer.pause(consumer.assignment());
    } else {
      consumer.resume(consumer.paused());
    }
  }

  private void move(Session session) {
    if (session == null) {
      turnAway(new NotLeadingException("another catalog leads"));
      return;
    }
    session.turn();
    for (WaitingMove next = moves.poll(); next != null; next = moves.poll()) {
      try {
        next.done().complete(session.move(next.move()));
      } catch (RuntimeException failed) {
        next.done().completeExceptionally(failed);
        throw failed;
      }
    }
  }

  private void turnAway(RuntimeException why) {
    for (WaitingMove next = moves.poll(); next != null; next = moves.poll()) {
      next.done().completeExceptionally(why);
    }
  }

  private boolean isStopping() {
    return stop.getCount() == 0;
  }

  private boolean pause() {
    try {
      return !stop.await(retryPause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private record WaitingMove(Move move, CompletableFuture<MoveDecision> done) {}

  /** Role and fault are published together, so that whoever sees FAULTED also sees why. */
  private record Standing(Role role, String fault) {}

  /** Tells whether the group gave us the partition, and whether it was away in between. */
  private static final class Assignment implements ConsumerRebalanceListener {
    private boolean held;
    private boolean changed;

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      held = held || !partitions.isEmpty();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (!partitions.isEmpty()) {
        held = false;
        changed = true;
      }
    }

    boolean isHeld() {
      return held;
    }

    boolean changed() {
      boolean result = changed;
      changed = false;
      return result;
    }
  }
}
