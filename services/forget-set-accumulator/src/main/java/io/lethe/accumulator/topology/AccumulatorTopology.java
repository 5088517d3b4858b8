package io.lethe.accumulator.topology;

import io.lethe.accumulator.forgetset.ForgetSetProcessor;
import io.lethe.accumulator.forgetset.ForgetSetStores;
import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.subject.SubjectProcessor;
import io.lethe.accumulator.subject.SubjectStores;
import io.lethe.schemas.InteractionKey;
import io.lethe.schemas.SubjectPartitioner;
import io.lethe.schemas.Topics;
import io.lethe.schemas.serde.InternalAvroSerde;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * The two steps joined: subject partitions hand expanded requests to the one partition of the
 * model's forget sets, whose erasures come back to the subjects through the very topics that
 * everybody reads. What was trained comes in beside the requests: it tells how long unlearning
 * takes, and what of it is done; and the ledger tells which requests came to their end, so that
 * their data keys are destroyed.
 */
public final class AccumulatorTopology {
  /** Name of the internal topic between the steps, as Kafka Streams completes it. */
  public static final String EXPANDED_TOPIC_SUFFIX = "expanded-requests-repartition";

  private static final String SUBJECTS = "subjects";
  private static final String FORGET_SETS = "forget-sets";

  private AccumulatorTopology() {}

  /**
   * @param values serde of the contract's records, over the registry
   */
  public static Topology build(AccumulatorSettings settings, Serde<SpecificRecord> values) {
    StreamsBuilder builder = new StreamsBuilder();
    SubjectStores.builders(settings.stateOnDisk()).forEach(builder::addStateStore);
    ForgetSetStores.builders(settings.stateOnDisk()).forEach(builder::addStateStore);
    KStream<String, SpecificRecord> expanded =
        builder.stream(
                List.of(
                    Topics.INTERACTION_RECORDED.name(),
                    Topics.PROFILE_SUBJECT.name(),
                    Topics.DELETION_REQUESTED.name()),
                Consumed.with(Serdes.String(), values))
            .process(
                () -> new SubjectProcessor(settings),
                Named.as(SUBJECTS),
                SubjectStores.NAMES.toArray(String[]::new))
            .mapValues(ExpandedRequest.class::cast, Named.as(Outputs.EXPANDED))
            .repartition(
                Repartitioned.with(Serdes.String(), new InternalAvroSerde<>(ExpandedRequest.class))
                    .withName("expanded-requests")
                    .withNumberOfPartitions(1))
            .mapValues(SpecificRecord.class::cast, Named.as("parts"));
    expanded
        .merge(
            builder.stream(
                List.of(Topics.ADAPTER_TRAINED.name(), Topics.DELETION_PROGRESSED.name()),
                Consumed.with(Serdes.String(), values)))
        .process(
            () -> new ForgetSetProcessor(settings),
            Named.as(FORGET_SETS),
            ForgetSetStores.NAMES.toArray(String[]::new));
    Topology topology = builder.build();
    Serializer<String> keys = Serdes.String().serializer();
    Serializer<SpecificRecord> out = values.serializer();
    topology.addSink(Outputs.RETAIN_SAMPLED, Topics.RETAIN_SAMPLED.name(), keys, out, SUBJECTS);
    topology.addSink(
        Outputs.FORGET_SET_CLOSED, Topics.FORGET_SET_CLOSED.name(), keys, out, FORGET_SETS);
    topology.addSink(
        Outputs.INTERACTION_ERASED,
        Topics.INTERACTION_RECORDED.name(),
        keys,
        out,
        bySubject(),
        FORGET_SETS);
    topology.addSink(
        Outputs.INTERACTION_SWEPT,
        Topics.INTERACTION_RECORDED.name(),
        keys,
        out,
        bySubject(),
        SUBJECTS);
    topology.addSink(Outputs.PROFILE_SWEPT, Topics.PROFILE_SUBJECT.name(), keys, out, SUBJECTS);
    topology.addSink(Outputs.PROFILE_ERASED, Topics.PROFILE_SUBJECT.name(), keys, out, FORGET_SETS);
    return topology;
  }

  private static StreamPartitioner<String, SpecificRecord> bySubject() {
    return (topic, key, value, partitions) ->
        Optional.of(
            Set.of(SubjectPartitioner.partitionOf(InteractionKey.subjectRef(key), partitions)));
  }
}
