package io.lethe.accumulator.domain;

import io.lethe.accumulator.record.ExpandedRequest;
import io.lethe.accumulator.record.MeasuredJobs;
import io.lethe.accumulator.record.OpenForgetSet;
import io.lethe.accumulator.record.OwedForgetSet;
import io.lethe.accumulator.record.RequestStanding;
import java.util.List;
import java.util.Optional;

/** What the forget sets of a model are kept in. */
public interface ForgetSetState {
  /** An entry and its index in the set. */
  record Entry(int index, ExpandedRequest part) {}

  /** The head of a model's forget set; empty before its first. */
  Optional<OpenForgetSet> head(String modelId);

  void putHead(OpenForgetSet head);

  /** The entries of the set that is open, in order of index. */
  List<Entry> entries(String modelId);

  void putEntry(String modelId, Entry entry);

  void deleteEntry(String modelId, int index);

  Optional<RequestStanding> standing(String requestId);

  void putStanding(String requestId, RequestStanding standing);

  /**
   * What a watermark holds once the last closed set with samples of the person is forgotten; empty
   * for whom no set held any.
   */
  Optional<String> forgottenAs(String modelId, String subjectRef);

  void putForgottenAs(String modelId, String subjectRef, String watermarkEntry);

  /** The closed sets for which no candidate was accepted yet, in order of sequence. */
  List<OwedForgetSet> owed(String modelId);

  /** One of them. */
  Optional<OwedForgetSet> owed(String modelId, long sequence);

  void putOwed(String modelId, OwedForgetSet set);

  void deleteOwed(String modelId, long sequence);

  /** The jobs that were measured last; empty before the first. */
  Optional<MeasuredJobs> measured(String modelId);

  void putMeasured(String modelId, MeasuredJobs jobs);
}
