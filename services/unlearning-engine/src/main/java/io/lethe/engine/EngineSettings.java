package io.lethe.engine;

import io.lethe.engine.model.ReadStates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How the engine runs on this machine. The precision changes scores in the third decimal, so it is
 * part of every manifest.
 *
 * @param threads native threads of one computation, shared by the whole process, at least 1
 * @param precision of weights and activations while computing: {@code f32} or {@code bf16};
 *     adapters and optimiser stay f32
 * @param concurrentCallsMax scoring calls that may compute at once; further ones wait, since every
 *     calling thread would otherwise bring its own team of native threads
 * @param batchTokensMax tokens of one native scoring call, padding included; longer requests are
 *     split
 * @param device that computes: {@code cpu}, {@code cuda} for the first GPU, {@code cuda:N} for the
 *     one numbered N, or {@code auto} for the first GPU where there is one and else the processor.
 *     Devices round differently, so that the last digits of scores depend on it
 * @param readStates what models share that read prompts alike, or null where each computes anew
 */
public record EngineSettings(
    int threads,
    String precision,
    int concurrentCallsMax,
    int batchTokensMax,
    String device,
    ReadStates readStates) {
  public static final String F32 = "f32";
  public static final String BF16 = "bf16";
  public static final String CPU = "cpu";
  public static final String CUDA = "cuda";
  public static final String AUTO = "auto";

  private static final Pattern DEVICE = Pattern.compile("cpu|auto|cuda(:\\d{1,3})?");

  /** On the processor. */
  public EngineSettings(int threads, String precision, int concurrentCallsMax, int batchTokensMax) {
    this(threads, precision, concurrentCallsMax, batchTokensMax, CPU, null);
  }

  public EngineSettings {
    if (threads < 1) {
      throw new EngineException("threads is " + threads + "; give at least 1");
    }
    if (!List.of(F32, BF16).contains(precision)) {
      throw new EngineException("precision must be f32 or bf16");
    }
    if (concurrentCallsMax < 1 || batchTokensMax < 512) {
      throw new EngineException(
          "concurrentCallsMax must be at least 1 and batchTokensMax at least 512");
    }
    if (!DEVICE.matcher(device).matches()) {
      throw new EngineException("device must be cpu, cuda, cuda:N or auto");
    }
  }

  /** Two threads in f32, which every machine computes alike. */
  public static EngineSettings defaults() {
    return new EngineSettings(2, F32, 2, 8192);
  }

  public EngineSettings withThreads(int newThreads) {
    return new EngineSettings(
        newThreads, precision, concurrentCallsMax, batchTokensMax, device, readStates);
  }

  public EngineSettings withDevice(String newDevice) {
    return new EngineSettings(
        threads, precision, concurrentCallsMax, batchTokensMax, newDevice, readStates);
  }

  /** The same with what a user set under a key, by which another value than a device is refused. */
  public EngineSettings withDeviceOf(String key, String value) {
    if (!DEVICE.matcher(value).matches()) {
      throw new EngineException(
          key
              + " must be cpu, cuda, cuda:N for the GPU numbered N, or auto, but has "
              + value.length()
              + " characters that are none of these; leave it out to compute on the processor");
    }
    return withDevice(value);
  }

  /** The same with prompts read once for all models that read them alike. */
  public EngineSettings withReadStates(ReadStates shared) {
    return new EngineSettings(
        threads, precision, concurrentCallsMax, batchTokensMax, device, shared);
  }

  public EngineSettings withPrecision(String newPrecision) {
    return new EngineSettings(
        threads, newPrecision, concurrentCallsMax, batchTokensMax, device, readStates);
  }

  /**
   * {@code bf16} where the processor multiplies it natively (then about twice as fast), else {@code
   * f32}.
   */
  public static String fastestPrecision() {
    return hasBf16Instructions(Path.of("/proc/cpuinfo")) ? BF16 : F32;
  }

  static boolean hasBf16Instructions(Path cpuInformation) {
    try {
      return Files.readString(cpuInformation).contains("avx512_bf16");
    } catch (java.io.IOException absent) {
      // Not Linux: nothing is known, so the safe choice stands.
      return false;
    }
  }
}
