package io.lethe.serving.model;

import io.lethe.engine.Adapter;
import io.lethe.engine.AdapterStore;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Prompt;
import io.lethe.engine.Recommender;
import io.lethe.serving.domain.ReleasedVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Scores with the engine: one recommender, adapters from the artefact store. */
public final class EngineScoring implements ScoringEngine, ItemVectors {
  private static final Pattern CONTENT_ADDRESS = Pattern.compile("[0-9a-f]{64}");

  private record Verified(Adapter adapter) implements LoadedAdapter {
    @Override
    public String id() {
      return adapter.id();
    }

    @Override
    public boolean retain() {
      return adapter.retain();
    }

    @Override
    public void release() {
      adapter.release();
    }
  }

  private final Recommender recommender;
  private final AdapterStore store;

  /** Loads the recommender, which takes a moment. */
  public EngineScoring(Path recommenderFolder, Path artefactStore, EngineSettings settings) {
    this.recommender = Recommender.load(recommenderFolder, settings);
    this.store = new AdapterStore(artefactStore);
  }

  @Override
  public String recommenderDigest() {
    return recommender.digest();
  }

  @Override
  public LoadedAdapter load(ReleasedVersion version) {
    String adapterId = version.adapterId();
    if (!CONTENT_ADDRESS.matcher(adapterId).matches()) {
      // It becomes a path, so nothing but a digest may pass.
      throw new IllegalArgumentException(
          "adapterId must be 64 hex digits, this one has " + adapterId.length() + " characters.");
    }
    Adapter adapter = Adapter.load(store.get(adapterId).folder(), recommender);
    if (!adapter.id().equals(adapterId)) {
      adapter.close();
      throw new IllegalStateException(
          "The artefact store holds other content under this id; restore it from where it was"
              + " trained.");
    }
    return new Verified(adapter);
  }

  @Override
  public float[] score(List<Prompt> prompts, LoadedAdapter adapter) {
    return recommender.score(prompts, adapter == null ? null : ((Verified) adapter).adapter());
  }

  @Override
  public float[][] vectors(List<String> titles) {
    return recommender.vectors(titles);
  }

  @Override
  public void close() {
    recommender.close();
  }
}
