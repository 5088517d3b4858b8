package io.lethe.accumulator.topology;

import io.lethe.schemas.Topic;
import io.lethe.schemas.kafka.CloudEvents;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Where the processors forward to. */
public final class Outputs {
  public static final String EXPANDED = "expanded";
  public static final String RETAIN_SAMPLED = "retain-sampled";
  public static final String FORGET_SET_CLOSED = "forget-set-closed";
  public static final String INTERACTION_ERASED = "interaction-erased";
  public static final String PROFILE_ERASED = "profile-erased";

  public static final String INTERACTION_SWEPT = "interaction-swept";
  public static final String PROFILE_SWEPT = "profile-swept";

  private static final String SOURCE = "forget-set-accumulator";

  private Outputs() {}

  /** CloudEvents headers of an output. */
  public static Headers headers(Topic<?> topic, String id, Instant time) {
    return headers(topic.name(), id, time);
  }

  /** CloudEvents headers of an output. */
  public static Headers headers(String topic, String id, Instant time) {
    return CloudEvents.stamp(new RecordHeaders(), topic, SOURCE, id, time);
  }
}
