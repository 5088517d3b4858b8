package io.lethe.engine.model;

/**
 * One step's rows and what each row's loss is made of.
 *
 * @param rows places in the activations
 * @param labels 1 for yes, 0 for no
 * @param teacher logits of no and yes to be near to, two a row
 * @param klWeights weight of KL(teacher || student) of each row, divisor included
 * @param crossEntropyWeights weight of the cross-entropy with the label of each row, divisor
 *     included
 */
public record TrainingBatch(
    int[] rows, long[] labels, float[] teacher, float[] klWeights, float[] crossEntropyWeights) {}
