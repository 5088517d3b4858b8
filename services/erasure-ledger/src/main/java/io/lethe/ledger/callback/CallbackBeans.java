package io.lethe.ledger.callback;

import io.lethe.ledger.LedgerConfig;
import io.lethe.ledger.LedgerMetrics;
import io.lethe.ledger.receipt.ReceiptOffice;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts the callbacks together. */
class CallbackBeans {
  private static final String FOLDER = "callbacks";

  @Produces
  @Singleton
  CallbackOffice office(LedgerConfig config, Clock clock) {
    LedgerConfig.CallbacksConfig limits = config.callbacks();
    return new CallbackOffice(
        config.stateDirectory().resolve(FOLDER),
        limits.producers().keySet(),
        new CallbackOffice.Limits(
            limits.pendingMax(),
            limits.deadMax(),
            limits.inFlightMax(),
            limits.attemptsMax(),
            limits.retryPauseMin(),
            limits.retryPauseMax()),
        clock,
        new SecureRandom(),
        new CallbackLifecycle());
  }

  @Produces
  @Singleton
  CallbackSender sender(
      CallbackOffice office,
      ReceiptOffice receipts,
      LedgerConfig config,
      LedgerMetrics metrics,
      Clock clock) {
    Map<String, CallbackSender.Producer> producers = new LinkedHashMap<>();
    config
        .callbacks()
        .producers()
        .forEach(
            (name, producer) ->
                producers.put(
                    name, new CallbackSender.Producer(producer.url(), producer.secretFile())));
    return new CallbackSender(
        office,
        receipts,
        new HttpCallbackTransport(config.callbacks().timeout()),
        producers,
        config.callbacks().allowHttp(),
        metrics::calledBack,
        clock);
  }
}
