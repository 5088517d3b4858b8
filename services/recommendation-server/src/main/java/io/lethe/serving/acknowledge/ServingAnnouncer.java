package io.lethe.serving.acknowledge;

import io.lethe.schemas.event.AdapterServing;
import io.lethe.serving.domain.Alarm;
import io.lethe.serving.model.AdapterSlot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells the ledger what this replica serves and how far it has suppressed: at once after a switch,
 * soon after a suppression, and as a heartbeat.
 */
public final class ServingAnnouncer {
  private final String replicaId;
  private final String modelId;
  private final AdapterSlot slot;
  private final ServingPublisher publisher;
  private final Alarm alarm;
  private final Clock clock;
  private final Clock ages;
  private final Duration heartbeatInterval;
  private final Duration acknowledgeInterval;

  private final Map<Integer, Long> nextOffsets = new TreeMap<>();
  private final Instant startedAt;
  private final Object sending = new Object();
  private Instant sentAt;
  private boolean sendDue;
  private boolean stopped;
  private volatile Instant confirmedSentAt;

  /**
   * @param clock dates what is told
   * @param ages a clock that is never set back
   * @param heartbeatInterval longest silence
   * @param acknowledgeInterval shortest distance between two records that only tell of suppression
   */
  public ServingAnnouncer(
      String replicaId,
      String modelId,
      AdapterSlot slot,
      ServingPublisher publisher,
      Alarm alarm,
      Clock clock,
      Clock ages,
      Duration heartbeatInterval,
      Duration acknowledgeInterval) {
    this.replicaId = replicaId;
    this.modelId = modelId;
    this.slot = slot;
    this.publisher = publisher;
    this.alarm = alarm;
    this.clock = clock;
    this.ages = ages;
    this.heartbeatInterval = heartbeatInterval;
    this.acknowledgeInterval = acknowledgeInterval;
    this.startedAt = clock.instant();
  }

  /** Begins the heartbeat. */
  public void start() {
    alarm.in(Duration.ZERO, this::beat);
  }

  /** The served version changed: tells it at once. */
  public void switched() {
    alarm.in(Duration.ZERO, this::send);
  }

  /**
   * Every deletion request below these offsets is out of this server's prompts: tells it as soon as
   * the shortest distance allows.
   */
  public synchronized void suppressedBelow(Map<Integer, Long> offsets) {
    boolean moved = false;
    for (Map.Entry<Integer, Long> offset : offsets.entrySet()) {
      moved |= !offset.getValue().equals(nextOffsets.put(offset.getKey(), offset.getValue()));
    }
    if (!moved || sendDue) {
      return;
    }
    sendDue = true;
    Duration sinceSent =
        sentAt == null ? acknowledgeInterval : Duration.between(sentAt, clock.instant());
    Duration wait = acknowledgeInterval.minus(sinceSent);
    alarm.in(wait.isNegative() ? Duration.ZERO : wait, this::sendIfDue);
  }

  /**
   * When, by the clock for ages, the last record was sent that the broker has; null before the
   * first.
   */
  public Instant confirmedSentAt() {
    return confirmedSentAt;
  }

  /** Says goodbye, so that nobody waits for this replica any more; sends nothing afterwards. */
  public void stop() {
    synchronized (sending) {
      stopped = true;
      publisher.retract(replicaId);
    }
  }

  private void sendIfDue() {
    synchronized (this) {
      if (!sendDue) {
        return;
      }
    }
    send();
  }

  private void beat() {
    send();
    alarm.in(heartbeatInterval, this::beat);
  }

  private void send() {
    // Publishing may wait for the broker; those who report suppression must not wait with it.
    synchronized (sending) {
      if (!stopped) {
        AdapterServing acknowledgement = acknowledgement();
        Instant at = ages.instant();
        publisher.publish(acknowledgement, () -> confirmedSentAt = at);
      }
    }
  }

  private synchronized AdapterServing acknowledgement() {
    sendDue = false;
    sentAt = clock.instant();
    Map<String, Long> offsets = new HashMap<>();
    nextOffsets.forEach((partition, offset) -> offsets.put(partition.toString(), offset));
    AdapterSlot.Serving serving = slot.serving().orElse(null);
    return AdapterServing.newBuilder()
        .setReplicaId(replicaId)
        .setModelId(modelId)
        .setVersion(serving == null ? -1 : serving.version().version())
        .setAdapterId(serving == null ? null : serving.version().adapterId())
        .setWatermarkDigest(serving == null ? "" : serving.version().watermark().digest())
        .setSuppressionOffsets(offsets)
        .setSwitchedAt(serving == null ? startedAt : serving.switchedAt())
        .setSentAt(sentAt)
        .setCanaryVersion(slot.canary().map(canary -> canary.version().version()).orElse(null))
        .build();
  }
}
