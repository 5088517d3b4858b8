package io.lethe.accumulator.forgetset;

import io.lethe.accumulator.domain.ForgetSetState;
import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.record.MeasuredJobs;
import io.lethe.accumulator.record.OpenForgetSet;
import io.lethe.accumulator.record.OwedForgetSet;
import io.lethe.accumulator.record.RequestStanding;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Forget sets in state stores: a part is written once, not again with every part that follows. */
final class StoredForgetSets implements ForgetSetState {
  private final KeyValueStore<String, OpenForgetSet> heads;
  private final KeyValueStore<String, ExpandedRequest> entries;
  private final KeyValueStore<String, RequestStanding> standings;
  private final KeyValueStore<String, String> forgottenAs;
  private final KeyValueStore<String, OwedForgetSet> owed;
  private final KeyValueStore<String, MeasuredJobs> measured;

  StoredForgetSets(
      KeyValueStore<String, OpenForgetSet> heads,
      KeyValueStore<String, ExpandedRequest> entries,
      KeyValueStore<String, RequestStanding> standings,
      KeyValueStore<String, String> forgottenAs,
      KeyValueStore<String, OwedForgetSet> owed,
      KeyValueStore<String, MeasuredJobs> measured) {
    this.heads = heads;
    this.entries = entries;
    this.standings = standings;
    this.forgottenAs = forgottenAs;
    this.owed = owed;
    this.measured = measured;
  }

  @Override
  public Optional<OpenForgetSet> head(String modelId) {
    return Optional.ofNullable(heads.get(modelId));
  }

  @Override
  public void putHead(OpenForgetSet head) {
    heads.put(head.getModelId(), head);
  }

  @Override
  public List<Entry> entries(String modelId) {
    String prefix = modelId + '/';
    List<Entry> found = new ArrayList<>();
    try (KeyValueIterator<String, ExpandedRequest> scan =
        entries.prefixScan(prefix, Serdes.String().serializer())) {
      while (scan.hasNext()) {
        KeyValue<String, ExpandedRequest> entry = scan.next();
        found.add(
            new Entry(HexFormat.fromHexDigits(entry.key.substring(prefix.length())), entry.value));
      }
    }
    return found;
  }

  @Override
  public void putEntry(String modelId, Entry entry) {
    entries.put(key(modelId, entry.index()), entry.part());
  }

  @Override
  public void deleteEntry(String modelId, int index) {
    entries.delete(key(modelId, index));
  }

  @Override
  public Optional<RequestStanding> standing(String requestId) {
    return Optional.ofNullable(standings.get(requestId));
  }

  @Override
  public void putStanding(String requestId, RequestStanding standing) {
    standings.put(requestId, standing);
  }

  @Override
  public Optional<String> forgottenAs(String modelId, String subjectRef) {
    return Optional.ofNullable(forgottenAs.get(modelId + '/' + subjectRef));
  }

  @Override
  public void putForgottenAs(String modelId, String subjectRef, String watermarkEntry) {
    forgottenAs.put(modelId + '/' + subjectRef, watermarkEntry);
  }

  @Override
  public List<OwedForgetSet> owed(String modelId) {
    List<OwedForgetSet> found = new ArrayList<>();
    try (KeyValueIterator<String, OwedForgetSet> scan =
        owed.prefixScan(modelId + '/', Serdes.String().serializer())) {
      scan.forEachRemaining(entry -> found.add(entry.value));
    }
    return found;
  }

  @Override
  public Optional<OwedForgetSet> owed(String modelId, long sequence) {
    return Optional.ofNullable(owed.get(key(modelId, sequence)));
  }

  @Override
  public void putOwed(String modelId, OwedForgetSet set) {
    owed.put(key(modelId, set.getSequence()), set);
  }

  @Override
  public void deleteOwed(String modelId, long sequence) {
    owed.delete(key(modelId, sequence));
  }

  @Override
  public Optional<MeasuredJobs> measured(String modelId) {
    return Optional.ofNullable(measured.get(modelId));
  }

  @Override
  public void putMeasured(String modelId, MeasuredJobs jobs) {
    measured.put(modelId, jobs);
  }

  private static String key(String modelId, int index) {
    return modelId + '/' + HexFormat.of().toHexDigits(index);
  }

  private static String key(String modelId, long sequence) {
    return modelId + '/' + HexFormat.of().toHexDigits(sequence);
  }
}
