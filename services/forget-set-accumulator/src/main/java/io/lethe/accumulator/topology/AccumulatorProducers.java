package io.lethe.accumulator.topology;

import io.lethe.accumulator.domain.ClosingRules;
import io.lethe.accumulator.domain.ExpansionLimits;
import io.lethe.accumulator.domain.Lifecycles;
import io.lethe.accumulator.domain.RetainReservoir;
import io.lethe.accumulator.domain.UnlearningTime;
import io.lethe.accumulator.poison.DeadLetterTrouble;
import io.lethe.accumulator.poison.ThreadFailures;
import io.lethe.accumulator.registry.Patience;
import io.lethe.accumulator.registry.PatientSerde;
import io.lethe.accumulator.status.AccumulatorMetrics;
import io.lethe.schemas.Topics;
import io.lethe.schemas.sample.SampleRule;
import io.lethe.schemas.seal.DataKeyFolder;
import io.lethe.schemas.seal.DataKeys;
import io.lethe.schemas.serde.AvroSerde;
import io.lethe.schemas.serde.AvroSerdeConfig;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;

/** Makes the topology and what Kafka Streams asks for from the configuration. */
@ApplicationScoped
public class AccumulatorProducers {
  private static final Duration REGISTRY_PAUSE = Duration.ofSeconds(1);

  @Produces
  @Singleton
  DataKeys dataKeys(AccumulatorConfig config) {
    return DataKeyFolder.open(config.dataKeyFolder());
  }

  void close(@Disposes DataKeys keys) {
    keys.close();
  }

  @Produces
  @Singleton
  Topology topology(AccumulatorConfig config, DataKeys keys, MeterRegistry meters) {
    Patience patience = new Patience(config.registryPatience(), REGISTRY_PAUSE, Clock.systemUTC());
    Serde<SpecificRecord> values = new PatientSerde<>(new AvroSerde<>(), patience);
    values.configure(
        Map.of(AvroSerdeConfig.SCHEMA_REGISTRY_URL, config.schemaRegistryUrl()), false);
    return AccumulatorTopology.build(settings(config, keys, meters), values);
  }

  @Produces
  @Singleton
  StreamsUncaughtExceptionHandler threadFailures(AccumulatorConfig config, MeterRegistry meters) {
    // 1 while records wait because a dead letter cannot be written.
    meters.gauge(
        "dlq.blocked.partitions",
        DeadLetterTrouble.ofTheProcess(),
        trouble -> trouble.remedy().isPresent() ? 1 : 0);
    return new ThreadFailures(
        config.threadFailuresMax(), config.threadFailuresWindow(), Clock.systemUTC());
  }

  void stop(@Disposes StreamsUncaughtExceptionHandler handler) {
    if (handler instanceof ThreadFailures failures) {
      failures.stop();
    }
  }

  private static AccumulatorSettings settings(
      AccumulatorConfig config, DataKeys keys, MeterRegistry meters) {
    AccumulatorConfig.SampleRuleConfig rule = config.sampleRule();
    AccumulatorConfig.CloseConfig close = config.close();
    AccumulatorConfig.UnlearningTimeConfig time = config.unlearningTime();
    return new AccumulatorSettings(
        config.modelId(),
        Topics.SUBJECT_PARTITIONS,
        new SampleRule(rule.historyMax(), rule.historyMin(), rule.likedAbove(), rule.trainUntil()),
        new ExpansionLimits(
            config.expansion().interactionsMax(), config.expansion().partBytesMax()),
        new ClosingRules(
            close.requestsMax(),
            close.samplesMax(),
            close.bytesMax(),
            close.age(),
            close.deadlineMargin()),
        new UnlearningTime(time.jobsMax(), time.quantile(), time.floor(), time.safetyFactor()),
        time.owedSetsMax(),
        keys,
        close.checkInterval(),
        config.sweepInterval(),
        new RetainReservoir.Sizes(
            config.reservoir().trainSize(),
            config.reservoir().heldSize(),
            config.reservoir().seed()),
        config.stateOnDisk(),
        Lifecycles.standard(),
        new AccumulatorMetrics(meters, Clock.systemUTC()));
  }
}
