package io.lethe.engine;

/**
 * Input the engine cannot work with; the message names the field or file, what it looks like and
 * the remedy.
 */
public class EngineException extends RuntimeException {
  public EngineException(String message) {
    super(message);
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
