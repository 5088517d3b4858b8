package io.lethe.schemas.seal;

import io.lethe.schemas.event.ForgetSetClosed;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.event.SealedSamples;
import io.lethe.schemas.serde.InternalAvroSerde;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/** Samples of forget sets, as they lie sealed in records and state stores. */
public final class SampleSeals {
  private static final InternalAvroSerde<Sample> SAMPLE = new InternalAvroSerde<>(Sample.class);

  private SampleSeals() {}

  /** A sample in Avro's single-object encoding, sealed. */
  public static ByteBuffer seal(DataKey key, Sample sample) {
    return key.seal(ByteBuffer.wrap(SAMPLE.serializer().serialize(null, sample)));
  }

  /**
   * The sample that was sealed.
   *
   * @throws SerializationException when it does not open
   */
  public static Sample open(DataKey key, ByteBuffer sealed) {
    return SAMPLE.deserializer().deserialize(null, key.open(sealed).array());
  }

  /** How many samples a set holds, sealed or not. */
  public static int count(ForgetSetClosed set) {
    return set.getSamples().size()
        + set.getSealedSamples().stream().mapToInt(run -> run.getSamples().size()).sum();
  }

  /**
   * All samples of a set in order: those in clear, as earlier versions wrote them, then the sealed.
   *
   * @throws SerializationException when a key is gone, or a sample does not open
   */
  public static List<Sample> open(ForgetSetClosed set, DataKeys keys) {
    List<Sample> samples = new ArrayList<>(set.getSamples());
    for (SealedSamples run : set.getSealedSamples()) {
      DataKey key =
          keys.find(run.getKeyId())
              .orElseThrow(
                  () ->
                      new SerializationException(
                          "Data key "
                              + run.getKeyId()
                              + " of forget set "
                              + set.getForgetSetId()
                              + " is gone: the request is complete and its samples are shredded, or"
                              + " lethe.data-key-folder is not the accumulator's."));
      run.getSamples().forEach(bytes -> samples.add(open(key, bytes)));
    }
    return samples;
  }
}
