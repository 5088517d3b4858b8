package io.lethe.ledger;

import io.lethe.ledger.callback.AnnouncedReceipts;
import io.lethe.ledger.callback.CallbackOffice;
import io.lethe.ledger.domain.Knowledge;
import io.lethe.ledger.domain.RequestLifecycle;
import io.lethe.ledger.domain.RequestProgress;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.domain.VersionTable;
import io.lethe.ledger.flow.FlowTable;
import io.lethe.ledger.follow.KafkaSnapshotPublisher;
import io.lethe.ledger.follow.Ledger;
import io.lethe.ledger.follow.LedgerFollowers;
import io.lethe.ledger.follow.LedgerObserver;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.ledger.receipt.ReceiptOffice;
import io.lethe.ledger.receipt.SigningKey;
import io.lethe.ledger.record.DiskLogStore;
import io.lethe.ledger.record.LogEntry;
import io.lethe.ledger.record.StorageException;
import io.lethe.ledger.record.TransitionLog;
import io.lethe.ledger.trace.NamedIds;
import io.lethe.ledger.trace.RequestTraces;
import io.lethe.schemas.kafka.KafkaOptions;
import io.lethe.schemas.kafka.KafkaSettings;
import io.opentelemetry.api.trace.Tracer;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Puts the steps together. */
class LedgerBeans {
  private static final Logger LOG = Logger.getLogger(LedgerBeans.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final String LOG_FOLDER = "log";
  private static final String KEY_FILE = "signing-key.jwk";
  private static final String RECEIPTS = "receipts";

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  KafkaOptions kafka(Config configuration) {
    return KafkaOptions.of(
        configuration.getPropertyNames(),
        name -> configuration.getOptionalValue(name, String.class));
  }

  @Produces
  @Singleton
  LedgerView view() {
    return new LedgerView();
  }

  @Produces
  @Singleton
  FlowTable flow(LedgerConfig config) {
    return new FlowTable(config.forgetSetsMax(), config.candidatesMax(), config.lineageMax());
  }

  @Produces
  @Singleton
  ServerTable servers(LedgerConfig config) {
    return new ServerTable(
        config.serverTimeout(), config.expectedServersMin(), config.serversMax());
  }

  @Produces
  @Singleton
  SigningKey signingKey(LedgerConfig config) {
    return SigningKey.loadOrCreate(config.stateDirectory().resolve(KEY_FILE), new SecureRandom());
  }

  @Produces
  @Singleton
  ReceiptOffice receipts(LedgerConfig config, SigningKey key, OpenedLog opened) {
    return new ReceiptOffice(config.stateDirectory().resolve(RECEIPTS), key, opened.log());
  }

  @Produces
  @Singleton
  TransitionLog transitions(OpenedLog opened) {
    return opened.log();
  }

  @Produces
  @Singleton
  Producer<String, SpecificRecord> snapshots(LedgerConfig config, KafkaOptions kafka) {
    return new KafkaProducer<>(
        kafka.addTo(
            KafkaSettings.producer(
                kafka.bootstrapServers(), config.schemaRegistryUrl(), "ledger-snapshots")));
  }

  void closeSnapshots(@Disposes Producer<String, SpecificRecord> producer) {
    producer.close(CLOSE_TIMEOUT);
  }

  @Produces
  @Singleton
  OpenedLog log(LedgerConfig config, SigningKey key) {
    Map<String, LogEntry> last = new LinkedHashMap<>();
    try {
      TransitionLog log =
          TransitionLog.open(
              DiskLogStore.open(config.stateDirectory().resolve(LOG_FOLDER)),
              key.logSigner(config.log().origin()),
              entry -> last.put(entry.after().requestId(), entry));
      LOG.infof("the log %s verifies with its %d entries", log.origin(), log.size());
      return new OpenedLog(log, last);
    } catch (IOException failed) {
      throw new StorageException("or open its log", failed);
    }
  }

  void closeLog(@Disposes OpenedLog opened) {
    try {
      opened.log().close();
    } catch (IOException failed) {
      LOG.warn("the log did not close", failed);
    }
  }

  /** Found by the tracer, which draws the ids of its spans from it. */
  @Produces
  @Singleton
  NamedIds spanIds() {
    return new NamedIds();
  }

  @Produces
  @Singleton
  RequestTraces traces(Tracer tracer, NamedIds ids) {
    return new RequestTraces(tracer, ids);
  }

  @Produces
  @Singleton
  Ledger ledger(
      LedgerConfig config,
      OpenedLog opened,
      ServerTable servers,
      ReceiptOffice receipts,
      CallbackOffice callbacks,
      Producer<String, SpecificRecord> producer,
      LedgerView view,
      LedgerMetrics metrics,
      RequestTraces traces,
      Clock clock) {
    Knowledge knowledge =
        new Knowledge(new VersionTable(config.versionsMax()), servers, config.candidatesMax());
    RequestProgress progress =
        new RequestProgress(
            new RequestLifecycle(),
            knowledge,
            config.missingSetPatience(),
            (requestId, reason) -> {
              metrics.ignored();
              LOG.infof("request %s: ignored: %s", requestId, reason);
            });
    return new Ledger(
        knowledge,
        progress,
        opened.log(),
        opened.last(),
        new AnnouncedReceipts(receipts, callbacks),
        new KafkaSnapshotPublisher(producer, opened.log()::checkpoint),
        view,
        LedgerObserver.all(metrics, traces),
        config.requestsMax(),
        clock);
  }

  @Produces
  @Singleton
  LedgerFollowers followers(
      Ledger ledger,
      LedgerConfig config,
      KafkaOptions kafka,
      FlowTable flow,
      LedgerMetrics metrics,
      Clock clock) {
    return new LedgerFollowers(
        ledger,
        kafka.addTo(KafkaSettings.follower(kafka.bootstrapServers(), config.schemaRegistryUrl())),
        config.modelId(),
        flow,
        metrics::countUnusable,
        clock);
  }

  /**
   * The log and what it says of each request last.
   *
   * @param last requestId to its last entry
   */
  record OpenedLog(TransitionLog log, Map<String, LogEntry> last) {}
}
