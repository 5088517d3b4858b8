/**
 * TorchScript: program text, the archive that carries it and the one class that calls it. Internal
 * to the engine.
 */
package io.lethe.engine.program;
