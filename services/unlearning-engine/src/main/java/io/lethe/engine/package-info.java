/**
 * Language models, LoRA adapters, unlearning methods, metrics and gates. Everything a worker, a
 * server or a command line needs is public here; the packages below are the engine's own and free
 * to change.
 */
package io.lethe.engine;
