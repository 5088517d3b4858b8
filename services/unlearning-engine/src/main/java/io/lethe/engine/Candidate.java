package io.lethe.engine;

/**
 * A trained adapter that nobody has released.
 *
 * @param tensors LoRA tensors under their names in the model, in Java memory
 * @param manifest what it is and where it comes from; part of its id
 * @param record what was done and measured; not part of its id
 */
public record Candidate(
    AdapterTensors tensors, AdapterManifest manifest, UnlearningRecord record) {}
