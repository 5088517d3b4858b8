package io.lethe.accumulator.domain;

import io.lethe.schemas.event.DeletionScope;
import io.lethe.schemas.event.Sample;
import io.lethe.schemas.serde.InternalAvroSerde;
import java.nio.ByteBuffer;
import org.apache.avro.specific.SpecificRecord;

/**
 * Contract records inside internal ones: kept as bytes, so that the two evolve apart and sizes are
 * known without encoding again.
 */
public final class InternalBytes {
  private static final InternalAvroSerde<Sample> SAMPLE = new InternalAvroSerde<>(Sample.class);
  private static final InternalAvroSerde<DeletionScope> SCOPE =
      new InternalAvroSerde<>(DeletionScope.class);

  private InternalBytes() {}

  public static ByteBuffer of(Sample sample) {
    return ByteBuffer.wrap(SAMPLE.serializer().serialize(null, sample));
  }

  public static ByteBuffer of(DeletionScope scope) {
    return ByteBuffer.wrap(SCOPE.serializer().serialize(null, scope));
  }

  public static Sample sample(ByteBuffer bytes) {
    return read(SAMPLE, bytes);
  }

  public static DeletionScope scope(ByteBuffer bytes) {
    return read(SCOPE, bytes);
  }

  private static <T extends SpecificRecord> T read(InternalAvroSerde<T> serde, ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return serde.deserializer().deserialize(null, bytes);
  }
}
