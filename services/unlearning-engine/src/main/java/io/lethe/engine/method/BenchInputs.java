package io.lethe.engine.method;

import io.lethe.engine.Adapter;
import io.lethe.engine.EngineException;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.Example;
import io.lethe.engine.ProgressListener;
import io.lethe.engine.Recommender;
import io.lethe.engine.TuneSettings;
import io.lethe.engine.UnlearningJob;
import io.lethe.engine.UnlearningSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All that any method may need to forget, those that change an adapter and those that train anew
 * alike.
 *
 * @param baseFolder Hugging Face folder that the original was tuned from
 * @param original the recommender to forget from; stays open and unchanged
 * @param train all rows the original was tuned on, the forget rows included
 * @param forget rows to forget, some of {@code train}
 * @param retain bounded sample of the rows that are kept, for the methods that change an adapter
 * @param heldOut rows never trained on; no method is judged on them
 * @param subjectOf whose row it is, for methods that keep a subject's rows together
 * @param tuneSettings the original was tuned with
 * @param tuneSeed the original was tuned with
 * @param unlearningSettings adapter shape and gates; also what {@code e2urec} runs with where
 *     {@code settings} names nothing for it
 * @param settings by method; a method that is missing runs with its defaults
 * @param engine how to run recommenders that a method opens itself
 * @param workFolder where methods that train anew keep what they train; a folder that exists or can
 *     be made
 * @param seed of adapter start and batches
 * @param listener told of every step
 */
public record BenchInputs(
    Path baseFolder,
    Recommender original,
    List<Example> train,
    List<Example> forget,
    List<Example> retain,
    List<Example> heldOut,
    Function<Example, String> subjectOf,
    TuneSettings tuneSettings,
    long tuneSeed,
    UnlearningSettings unlearningSettings,
    Map<String, MethodSettings> settings,
    EngineSettings engine,
    Path workFolder,
    long seed,
    ProgressListener listener) {
  public BenchInputs {
    Objects.requireNonNull(original, "original");
    Objects.requireNonNull(subjectOf, "subjectOf");
    train = List.copyOf(train);
    forget = List.copyOf(forget);
    retain = List.copyOf(retain);
    heldOut = List.copyOf(heldOut);
    settings = Map.copyOf(settings);
    if (forget.isEmpty() || retain.isEmpty() || heldOut.isEmpty()) {
      throw new EngineException("forget, retain and heldOut must each hold at least one row");
    }
    Set<String> known = train.stream().map(Example::id).collect(Collectors.toSet());
    long unknown = forget.stream().filter(example -> !known.contains(example.id())).count();
    if (unknown > 0) {
      throw new EngineException(
          unknown + " forget rows are not among the rows of train; give all rows it was tuned on");
    }
  }

  /**
   * The job of a method that makes an adapter.
   *
   * @param parent adapter to continue, or null for none
   */
  public UnlearningJob job(Adapter parent) {
    return new UnlearningJob(original, parent, forget, retain, heldOut, unlearningSettings, seed);
  }

  /** Ids of the forget rows. */
  public Set<String> erasedIds() {
    return forget.stream().map(Example::id).collect(Collectors.toUnmodifiableSet());
  }

  /** The settings given for a method, or its defaults. */
  public MethodSettings settingsOf(String method) {
    return settings.getOrDefault(method, Methods.defaults(method));
  }
}
