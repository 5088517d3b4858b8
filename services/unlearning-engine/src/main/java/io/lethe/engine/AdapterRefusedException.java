package io.lethe.engine;

/**
 * An adapter folder that must not be served: altered, truncated, made for another recommender, or
 * not finite.
 */
public class AdapterRefusedException extends EngineException {
  public AdapterRefusedException(String message) {
    super(message);
  }

  public AdapterRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
