package io.lethe.engine.checkpoint;

import io.lethe.engine.Example;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** SHA-256 in hex. */
public final class Digests {
  private static final int CHUNK_BYTES = 1 << 20;

  private Digests() {}

  public static String of(byte[] content) {
    return hex(algorithm().digest(content));
  }

  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Of what remains of a buffer, which stays as it is. */
  public static String of(ByteBuffer content) {
    MessageDigest digest = algorithm();
    digest.update(content.duplicate());
    return hex(digest.digest());
  }

  public static String of(Path file) {
    MessageDigest digest = algorithm();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int size = in.read(chunk); size >= 0; size = in.read(chunk)) {
        digest.update(chunk, 0, size);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return hex(digest.digest());
  }

  /** Of a set of rows: their ids and labels, whatever their order. */
  public static String of(Collection<Example> examples) {
    StringBuilder text = new StringBuilder();
    examples.stream()
        .map(example -> example.id() + '\t' + example.liked() + '\n')
        .sorted()
        .forEach(text::append);
    return of(text.toString());
  }

  /** Of tensors in order of name: names, types and content. */
  public static String ofTensors(Map<String, Safetensors.Entry> tensors) {
    MessageDigest digest = algorithm();
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              digest.update((name + '\t' + tensor.type() + '\n').getBytes(StandardCharsets.UTF_8));
              digest.update(tensor.data().duplicate());
            });
    return hex(digest.digest());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest algorithm() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
