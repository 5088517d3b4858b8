package io.lethe.engine;

/** The native libraries of DJL: those on the class path, and no others. */
public final class NativeLibraries {
  private static final String OFFLINE = "ai.djl.offline";

  private NativeLibraries() {}

  /**
   * Keeps DJL off the network, before any of its classes is used. On a machine with a GPU its
   * tokenizers would fetch a CUDA build of themselves and fail where they cannot, and in Amazon's
   * cloud its engines would report that they were started. Who has set the property, or DJL_OFFLINE
   * in the environment, keeps what they chose.
   */
  public static void fetchNothing() {
    if (System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
    }
  }
}
