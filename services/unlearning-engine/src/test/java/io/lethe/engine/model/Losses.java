package io.lethe.engine.model;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.lethe.engine.program.Program.Mode;

/** The program's loss on given logits, without a forward pass. */
public final class Losses {
  private Losses() {}

  /**
   * The loss of a batch.
   *
   * @param student logits, as many a row as the batch's teacher has
   */
  public static double of(LanguageModel model, float[] student, TrainingBatch batch) {
    int rows = batch.rows().length;
    try (NDManager call = model.newScope()) {
      NDList inputs = new NDList(call.create(student, new Shape(rows, student.length / rows)));
      LoraTrainer.addTerms(call, batch, inputs);
      return model.callBare("loss_of", Mode.INFERENCE, inputs).getFloat();
    }
  }
}
