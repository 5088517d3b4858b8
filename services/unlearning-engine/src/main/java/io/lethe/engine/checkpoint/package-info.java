/**
 * Files that weights come in: safetensors, ONNX and Hugging Face folders. Internal to the engine.
 */
package io.lethe.engine.checkpoint;
