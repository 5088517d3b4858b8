package io.lethe.engine.program;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.lethe.engine.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A TorchScript class without weights, kept as text among the resources: everything it computes
 * with comes in by arguments. Stateless, so any number of threads may call it. This class alone
 * knows TorchScript and DJL's native calls, so that another way to run the same text can take its
 * place.
 */
public final class Program implements AutoCloseable {
  /** How a call treats gradients. */
  public enum Mode {
    /** Results can never take part in a gradient; the cheapest. */
    INFERENCE,
    /** No gradients, but the results may be used in later training calls. */
    CONSTANT,
    /** Gradients are recorded. */
    TRAINING
  }

  private final PtSymbolBlock block;

  private Program(PtSymbolBlock block) {
    this.block = block;
  }

  /**
   * Compiles resources of this package, one text after the other.
   *
   * @param manager owner of the compiled program
   * @param className class that the first text opens and the others continue
   * @param resources file names of the texts, in order
   * @param attributes values of the class's attributes: Long, Double or Boolean
   */
  public static Program compile(
      NDManager manager, String className, List<String> resources, Map<String, Object> attributes) {
    Map<String, Object> all = new HashMap<>(attributes);
    all.put("training", Boolean.FALSE);
    byte[] archive =
        TorchScriptArchive.write(
            className, resources.stream().map(Program::text).collect(Collectors.joining()), all);
    try {
      return new Program(
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive), false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One native call.
   *
   * @param method of the class
   * @param inputs the arguments in order; the result belongs to the manager of the first. Arrays
   *     named {@code key.name} make a dictionary argument at the place of the first of them.
   */
  public NDArray call(String method, Mode mode, NDList inputs) {
    // Both are settings of the calling thread. The JIT's optimiser specialises by shape and breaks
    // inference after training.
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(mode == Mode.TRAINING);
    NDList all = new NDList(inputs);
    // Only its name is read, so that it never leaves the processor's memory.
    try (NDManager host = inputs.get(0).getManager().newSubManager(Device.cpu())) {
      NDArray selector = host.create(0);
      selector.setName("module_method:" + method);
      all.add(selector);
      return IValueUtils.forward(block, all, mode != Mode.INFERENCE).singletonOrThrow();
    }
  }

  /** Native threads of one computation, for the whole process. */
  public static void useThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  @Override
  public void close() {
    block.close();
  }

  private static String text(String resource) {
    try (InputStream in = Program.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new EngineException("program " + resource + " is missing from the engine's jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
