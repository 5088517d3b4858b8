package io.lethe.serving.acknowledge;

import io.lethe.schemas.event.AdapterServing;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what would have been sent. */
public final class RecordingPublisher implements ServingPublisher {
  private final List<AdapterServing> sent = new CopyOnWriteArrayList<>();
  private final List<String> retracted = new CopyOnWriteArrayList<>();

  private volatile boolean confirms = true;

  /** Whether the broker takes what is sent from now on. */
  public void confirms(boolean whether) {
    confirms = whether;
  }

  @Override
  public void publish(AdapterServing serving, Runnable onConfirmed) {
    sent.add(serving);
    if (confirms) {
      onConfirmed.run();
    }
  }

  @Override
  public void retract(String replicaId) {
    retracted.add(replicaId);
  }

  public List<AdapterServing> sent() {
    return sent;
  }

  public AdapterServing last() {
    return sent.get(sent.size() - 1);
  }

  public List<String> retracted() {
    return retracted;
  }
}
