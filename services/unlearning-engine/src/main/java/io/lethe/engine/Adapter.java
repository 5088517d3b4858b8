package io.lethe.engine;

import io.lethe.engine.model.LoraStart;
import io.lethe.engine.model.LoraTensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Immutable LoRA tensors in native memory, counted by reference: whoever begins a request on an
 * adapter retains it and releases it when the request is done; the memory goes with the last
 * reference. The loader holds the first one, which {@link #close()} releases.
 */
public final class Adapter implements AutoCloseable {
  private final String id;
  private final AdapterManifest manifest;
  private final AdapterTensors tensors;
  private final LoraTensors lora;
  private final AtomicInteger references = new AtomicInteger(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  private Adapter(
      String id, AdapterManifest manifest, AdapterTensors tensors, Recommender recommender) {
    this.id = id;
    this.manifest = manifest;
    this.tensors = tensors;
    this.lora = recommender.model().place(tensors);
  }

  /** Loads and verifies; anything doubtful is an {@link AdapterRefusedException}. */
  public static Adapter load(Path folder, Recommender recommender) {
    AdapterFolder.Content content = AdapterFolder.read(folder);
    check(content.manifest(), content.tensors(), recommender);
    return new Adapter(content.id(), content.manifest(), content.tensors(), recommender);
  }

  /**
   * A candidate's tensors, for scoring before anything is stored. Not checked: the gates are there
   * to judge it.
   */
  public static Adapter of(Candidate candidate, Recommender recommender) {
    return new Adapter(
        AdapterFolder.idOf(candidate), candidate.manifest(), candidate.tensors(), recommender);
  }

  static void check(AdapterManifest manifest, AdapterTensors tensors, Recommender recommender) {
    if (!recommender.digest().equals(manifest.recommenderDigest())) {
      throw new AdapterRefusedException(
          "the adapter belongs to recommender "
              + manifest.recommenderDigest()
              + ", but "
              + recommender.digest()
              + " is loaded; load the recommender it was trained on");
    }
    if (tensors.tensors().isEmpty()) {
      throw new AdapterRefusedException("the adapter holds no tensors; train it again");
    }
    if (!tensors.isFinite()) {
      throw new AdapterRefusedException(
          "the adapter holds values that are not finite; train it again");
    }
    tensors.tensors().forEach((name, tensor) -> checkShape(name, tensor, tensors, recommender));
  }

  private static void checkShape(
      String name, FloatTensor tensor, AdapterTensors tensors, Recommender recommender) {
    boolean down = name.endsWith(LoraStart.A);
    if (!down && !name.endsWith(LoraStart.B)) {
      throw new AdapterRefusedException("tensor " + name + " is not a LoRA tensor");
    }
    String module = name.substring(0, name.length() - LoraStart.A.length());
    long[] weight = recommender.model().shapeOf(module + ".weight");
    String other = module + (down ? LoraStart.B : LoraStart.A);
    if (weight == null || weight.length != 2 || !tensors.tensors().containsKey(other)) {
      throw new AdapterRefusedException(
          "tensor " + name + " has no projection in the recommender or lacks its counterpart");
    }
    long[] wanted =
        down ? new long[] {tensors.rank(), weight[1]} : new long[] {weight[0], tensors.rank()};
    if (!Arrays.equals(tensor.shape(), wanted)) {
      throw new AdapterRefusedException(
          "tensor "
              + name
              + " has shape "
              + Arrays.toString(tensor.shape())
              + ", but the recommender needs "
              + Arrays.toString(wanted));
    }
  }

  /** SHA-256 of the content, in hex. */
  public String id() {
    return id;
  }

  public AdapterManifest manifest() {
    return manifest;
  }

  /**
   * One more reference; false where the last one is gone already, so that the caller must take the
   * current adapter anew.
   */
  public boolean retain() {
    return references.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  public void release() {
    int left = references.decrementAndGet();
    if (left == 0) {
      lora.close();
    } else if (left < 0) {
      throw new IllegalStateException("an adapter was released more often than retained");
    }
  }

  /** Releases the loader's reference; further calls do nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release();
    }
  }

  /** The tensors in Java memory, for a method to continue from. */
  public AdapterTensors tensors() {
    return tensors;
  }

  LoraTensors lora() {
    return lora;
  }
}
