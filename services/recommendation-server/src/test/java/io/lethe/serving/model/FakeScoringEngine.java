package io.lethe.serving.model;

import io.lethe.engine.Prompt;
import io.lethe.serving.domain.ReleasedVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An engine whose scores tell which adapter, target and history made them. */
public final class FakeScoringEngine implements ScoringEngine, ItemVectors {
  public static final String RECOMMENDER = "recommender-digest";

  /** An adapter that knows how many hold it, and refuses to score once it is gone. */
  public static final class FakeAdapter implements LoadedAdapter {
    private final String id;
    private final AtomicInteger references = new AtomicInteger(1);

    FakeAdapter(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public boolean retain() {
      return references.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
    }

    @Override
    public void release() {
      if (references.decrementAndGet() < 0) {
        throw new IllegalStateException("Released more often than retained: " + id);
      }
    }

    public int references() {
      return references.get();
    }
  }

  private final Map<String, RuntimeException> faults = new ConcurrentHashMap<>();
  private final Map<String, FakeAdapter> loaded = new ConcurrentHashMap<>();
  private final Map<String, Integer> loads = new HashMap<>();
  private volatile Consumer<List<Prompt>> beforeScore = prompts -> {};
  private volatile Float fixedScore;

  @Override
  public String recommenderDigest() {
    return RECOMMENDER;
  }

  @Override
  public synchronized LoadedAdapter load(ReleasedVersion version) {
    loads.merge(version.adapterId(), 1, Integer::sum);
    RuntimeException fault = faults.get(version.adapterId());
    if (fault != null) {
      throw fault;
    }
    FakeAdapter adapter = new FakeAdapter(version.adapterId());
    loaded.put(version.adapterId(), adapter);
    return adapter;
  }

  @Override
  public float[] score(List<Prompt> prompts, LoadedAdapter adapter) {
    if (adapter != null && ((FakeAdapter) adapter).references() < 1) {
      throw new IllegalStateException("Scored with an adapter that is gone: " + adapter.id());
    }
    beforeScore.accept(prompts);
    float[] scores = new float[prompts.size()];
    for (int position = 0; position < scores.length; position++) {
      scores[position] =
          fixedScore != null
              ? fixedScore
              : expected(adapter == null ? "bare" : adapter.id(), prompts.get(position));
    }
    if (adapter != null && ((FakeAdapter) adapter).references() < 1) {
      throw new IllegalStateException("An adapter went away while it scored: " + adapter.id());
    }
    return scores;
  }

  /** The score that this adapter, and no other, gives to this prompt. */
  public static float expected(String adapterId, Prompt prompt) {
    int hash = (adapterId + "|" + prompt).hashCode();
    return (hash & 0x7fffff) / (float) 0x800000;
  }

  /** Two numbers for the last letter of a title: neighbours in the alphabet lie near. */
  @Override
  public float[][] vectors(List<String> titles) {
    return titles.stream()
        .map(title -> (title.charAt(title.length() - 1) - 'a') * Math.PI / 50)
        .map(angle -> new float[] {(float) Math.cos(angle), (float) Math.sin(angle)})
        .toArray(float[][]::new);
  }

  public void failLoading(String adapterId, String message) {
    faults.put(adapterId, new IllegalStateException(message));
  }

  public void repair(String adapterId) {
    faults.remove(adapterId);
  }

  public void beforeScore(Consumer<List<Prompt>> action) {
    beforeScore = action;
  }

  public void scoreAlways(Float score) {
    fixedScore = score;
  }

  public FakeAdapter adapter(String adapterId) {
    return loaded.get(adapterId);
  }

  public synchronized int loads(String adapterId) {
    return loads.getOrDefault(adapterId, 0);
  }

  @Override
  public void close() {
    loaded.clear();
  }
}
