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
  private final Duration heartbeatInterval;
  private final Duration acknowledgeInterval;

  private final Map<Integer, Long> nextOffsets = new TreeMap<>();
  private final Instant startedAt;
  private Instant sentAt = Instant.MIN;
  private boolean sendDue;
  private boolean stopped;

  /**
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
      Duration heartbeatInterval,
      Duration acknowledgeInterval) {
    this.replicaId = replicaId;
    this.modelId = modelId;
    this.slot = slot;
    this.publisher = publisher;
    this.alarm = alarm;
    this.clock = clock;
    this.heartbeatInterval = heartbeatInterval;
    this.acknowledgeInterval = acknowledgeInterval;
    this.startedAt = clock.instant();
  }

  /** Begins the heartbeat. */
  public void start() {
    beat();
  }

  /** The served version changed: tells it now. */
  public synchronized void switched() {
    send();
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
    Instant now = clock.instant();
    Instant earliest =
        sentAt.equals(Instant.MIN) ? now : sentAt.plus(acknowledgeInterval);
    if (!earliest.isAfter(now)) {
      send();
      return;
    }
    sendDue = true;
    alarm.in(Duration.between(now, earliest), this::sendDue);
  }

  /** Says goodbye, so that nobody waits for this replica any more. */
  public void stop() {
    synchronized (this) {
      stopped = true;
    }
    publisher.retract(replicaId);
  }

  private synchronized void sendDue() {
    if (sendDue) {
      send();
    }
  }

  private void beat() {
    synchronized (this) {
      if (stopped) {
        return;
      }
      send();
    }
    alarm.in(heartbeatInterval, this::beat);
  }

  private void send() {
    if (stopped) {
      return;
    }
    sendDue = false;
    sentAt = clock.instant();
    Map<String, Long> offsets = new HashMap<>();
    nextOffsets.forEach((partition, offset) -> offsets.put(partition.toString(), offset));
    AdapterSlot.Serving serving = slot.serving().orElse(null);
    publisher.publish(
        AdapterServing.newBuilder()
            .setReplicaId(replicaId)
            .setModelId(modelId)
            .setVersion(serving == null ? -1 : serving.version().version())
            .setAdapterId(serving == null ? null : serving.version().adapterId())
            .setWatermarkDigest(serving == null ? "" : serving.version().watermark().digest())
            .setSuppressionOffsets(offsets)
            .setSwitchedAt(serving == null ? startedAt : serving.switchedAt())
            .setSentAt(sentAt)
            .build());
  }
}
