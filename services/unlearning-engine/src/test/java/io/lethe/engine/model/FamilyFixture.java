package io.lethe.engine.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.AdapterFolder;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.EngineSettings;
import io.lethe.engine.FloatTensor;
import io.lethe.engine.checkpoint.HuggingFaceFolder;
import io.lethe.engine.text.EncodedPrompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A tiny checkpoint of a family and what Transformers and PEFT made of it; make_families.py beside
 * the files tells how.
 */
public record FamilyFixture(String name, JsonNode expected) {
  private static final String FAMILIES = "families/";

  public static FamilyFixture of(String name) {
    return new FamilyFixture(name, Reference.json(FAMILIES + name + "/expected.json"));
  }

  public Path folder() {
    return Reference.FOLDER.resolve(FAMILIES + name);
  }

  public LanguageModel open(EngineSettings settings) {
    JsonNode batch = expected.path("batch");
    return LanguageModel.open(
        HuggingFaceFolder.withoutTokenizer(folder()),
        settings,
        batch.path("no_id").asLong(),
        batch.path("yes_id").asLong());
  }

  /** The rows of the batch without their padding. */
  public List<EncodedPrompt> prompts() {
    JsonNode batch = expected.path("batch");
    List<EncodedPrompt> prompts = new ArrayList<>();
    for (int row = 0; row < batch.path("input_ids").size(); row++) {
      long[] ids = Reference.toLongs(batch.path("input_ids").path(row));
      int length =
          (int) Arrays.stream(Reference.toLongs(batch.path("attention_mask").path(row))).sum();
      prompts.add(
          new EncodedPrompt(Arrays.copyOf(ids, length), batch.path("places").path(row).asInt()));
    }
    return prompts;
  }

  /** All rows at once, with the mean cross-entropy as loss. */
  TrainingBatch meanCrossEntropy() {
    long[] labels = Reference.toLongs(expected.path("batch").path("labels"));
    int rows = labels.length;
    float[] weights = new float[rows];
    Arrays.fill(weights, 1f / rows);
    return new TrainingBatch(rows(), labels, new float[2 * rows], new float[rows], weights);
  }

  int[] rows() {
    int[] rows = new int[expected.path("batch").path("labels").size()];
    Arrays.setAll(rows, row -> row);
    return rows;
  }

  public float[] floats(String field) {
    return Reference.toFloats(expected.path(field));
  }

  /** PEFT's adapter. */
  public AdapterTensors adapter() {
    try {
      return AdapterFolder.readTensors(folder().resolve("adapter"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, FloatTensor> tensors(String file) {
    return Reference.tensors(FAMILIES + name + "/" + file);
  }
}
