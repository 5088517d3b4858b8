package io.lethe.engine;

import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.engine.model.LanguageModel;
import io.lethe.engine.model.LoraTensors;
import io.lethe.engine.model.PromptMeanings;
import io.lethe.engine.model.TitleVectors;
import io.lethe.engine.text.EncodedPrompt;
import io.lethe.engine.text.PromptEncoder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A frozen language model that answers prompts; shared by every adapter and by all threads.
 * Adapters live in its memory, so close it last.
 */
public final class Recommender implements AutoCloseable {
  /** Titles whose vectors are kept, where prompts are made by comparing them: some 30 MiB. */
  private static final int TITLES_MAX = 20_000;

  private final LanguageModel model;
  private final PromptEncoder encoder;
  private final RecommenderManifest manifest;
  private final String digest;
  private final Semaphore calls;

  private Recommender(
      LanguageModel model, PromptEncoder encoder, RecommenderManifest manifest, String digest) {
    this.model = model;
    this.encoder = encoder;
    this.manifest = manifest;
    this.digest = digest;
    this.calls = new Semaphore(model.settings().concurrentCallsMax(), true);
  }

  /**
   * Loads a Hugging Face folder (config.json, model.safetensors, tokenizer.json, and
   * recommender.json where it was tuned). The weights are mapped, so the folder must stay as it is
   * while the recommender is open. A missing file or an unknown model is an {@link EngineException}
   * with the remedy.
   */
  public static Recommender load(Path folder, EngineSettings settings) {
    RecommenderManifest manifest = HuggingFaceFolder.open(folder).manifest();
    return load(
        folder,
        settings,
        manifest == null ? PromptTemplate.FIVE_STARS : PromptTemplate.of(manifest.templateId()));
  }

  /** Loads a base, to be asked and tuned with prompts of the given wording. */
  public static Recommender load(Path folder, EngineSettings settings, PromptTemplate template) {
    HuggingFaceFolder checkpoint = HuggingFaceFolder.open(folder);
    RecommenderManifest manifest = checkpoint.manifest();
    PromptEncoder encoder =
        PromptEncoder.open(
            folder.resolve(HuggingFaceFolder.TOKENIZER),
            template,
            checkpoint.architecture().family(),
            checkpoint.positionsMax());
    try {
      LanguageModel model =
          LanguageModel.open(checkpoint, settings, encoder.noId(), encoder.yesId());
      encoder.compareTitlesBy(new TitleVectors(model, encoder, TITLES_MAX)::nearness);
      return new Recommender(model, encoder, manifest, checkpoint.digest(template.id()));
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  /** Hex SHA-256 over weights, configuration, tokenizer and prompt template. */
  public String digest() {
    return digest;
  }

  /** How it was tuned, or null for a base that nobody tuned. */
  public RecommenderManifest manifest() {
    return manifest;
  }

  /** True where it was tuned by B alone, so that its manifest tells the A to unlearn with. */
  public boolean tunedWithFixedA() {
    return manifest != null && manifest.settings().fixedA();
  }

  public EngineSettings settings() {
    return model.settings();
  }

  /**
   * Probability of yes for each prompt, in order. Thread-safe; an adapter must be retained by the
   * caller meanwhile.
   *
   * @param adapter or null for the recommender alone
   */
  public float[] score(List<Prompt> prompts, Adapter adapter) {
    if (prompts.isEmpty()) {
      return new float[0];
    }
    List<EncodedPrompt> encoded = prompts.stream().map(encoder::encode).toList();
    LoraTensors lora = adapter == null ? null : adapter.lora();
    calls.acquireUninterruptibly();
    try {
      return Answers.probabilities(model.logits(encoded, lora));
    } finally {
      calls.release();
    }
  }

  /**
   * What the frozen layers make of texts, one vector of unit length each, in order: near for texts
   * of like meaning. No adapter has a part in it. Thread-safe.
   */
  public float[][] vectors(List<String> texts) {
    List<EncodedPrompt> encoded = texts.stream().map(encoder::encodeText).toList();
    calls.acquireUninterruptibly();
    try {
      float[][] vectors = PromptMeanings.of(model, encoded, model.folder().layers());
      for (float[] vector : vectors) {
        scaleToUnit(vector);
      }
      return vectors;
    } finally {
      calls.release();
    }
  }

  private static void scaleToUnit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    double length = Math.sqrt(squares);
    for (int i = 0; i < vector.length && length > 0; i++) {
      vector[i] /= (float) length;
    }
  }

  /** The model itself, for methods and audits. */
  public LanguageModel model() {
    return model;
  }

  /** What turns prompts into tokens, for methods and audits. */
  public PromptEncoder encoder() {
    return encoder;
  }

  @Override
  public void close() {
    encoder.close();
    model.close();
  }
}
