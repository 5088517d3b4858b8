/**
 * A loaded language model, LoRA tensors in native memory and training steps on them. Internal to
 * the engine.
 */
package io.lethe.engine.model;
