package io.lethe.engine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lethe.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The safetensors format: length of the header, header as JSON, raw little-endian values. Reading
 * maps the file, so that processes share its pages; writing sorts by name, so that equal tensors
 * give equal bytes.
 */
public final class Safetensors {
  private static final int HEADER_BYTES_MAX = 100_000_000;
  private static final int ALIGNMENT_BYTES = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Safetensors() {}

  /**
   * One tensor.
   *
   * @param type as the format names it: F32, BF16, I64, ...
   * @param shape rows first
   * @param data little-endian, position 0
   */
  public record Entry(String type, long[] shape, ByteBuffer data) {
    /** A float32 tensor. */
    public static Entry of(long[] shape, float[] values) {
      ByteBuffer data =
          ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
      data.asFloatBuffer().put(values);
      return new Entry("F32", shape, data);
    }

    /** The values of an F32, BF16 or F16 tensor. */
    public float[] toFloats() {
      ByteBuffer bytes = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      if (type.equals("F32")) {
        float[] values = new float[bytes.remaining() / 4];
        bytes.asFloatBuffer().get(values);
        return values;
      }
      boolean brain = type.equals("BF16");
      if (!brain && !type.equals("F16")) {
        throw new EngineException(
            "a tensor is of type " + type + "; save it in float32, bfloat16 or float16");
      }
      float[] values = new float[bytes.remaining() / 2];
      for (int i = 0; i < values.length; i++) {
        short bits = bytes.getShort();
        values[i] = brain ? Float.intBitsToFloat(bits << 16) : halfToFloat(bits);
      }
      return values;
    }

    /** IEEE 754 binary16, exactly: sign, five bits of exponent, ten of fraction. */
    private static float halfToFloat(short bits) {
      int exponent = bits >> 10 & 0x1f;
      int fraction = bits & 0x3ff;
      float magnitude;
      if (exponent == 0) {
        magnitude = fraction * 0x1p-24f;
      } else if (exponent == 0x1f) {
        magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
      } else {
        magnitude = Float.intBitsToFloat(exponent - 15 + 127 << 23 | fraction << 13);
      }
      return bits < 0 ? -magnitude : magnitude;
    }
  }

  /** All tensors of a file, mapped; the file must stay as it is while they are in use. */
  public static SortedMap<String, Entry> map(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      JsonNode header = header(channel, size, file);
      if (!header.isObject()) {
        throw broken(file);
      }
      long begin = 8 + headerLength(channel, size, file);
      SortedMap<String, Entry> entries = new TreeMap<>();
      long left = size - begin;
      for (Map.Entry<String, JsonNode> field : header.properties()) {
        if (!field.getKey().equals("__metadata__")) {
          Entry entry = entry(channel, field.getValue(), begin, size, file);
          left -= entry.data().remaining();
          // Tensors that share bytes would together hold more than the file.
          if (left < 0) {
            throw broken(file);
          }
          entries.put(field.getKey(), entry);
        }
      }
      return entries;
    } catch (IOException e) {
      throw new EngineException(
          file.getFileName() + " cannot be read as safetensors: " + e.getMessage(), e);
    }
  }

  private static Entry entry(
      FileChannel channel, JsonNode description, long begin, long fileSize, Path file)
      throws IOException {
    long[] shape = new long[description.path("shape").size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = description.path("shape").path(i).asLong(-1);
    }
    String type = description.path("dtype").asText();
    long from = description.path("data_offsets").path(0).asLong(-1);
    long to = description.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to < from || to > fileSize - begin || to - from != bytesOf(shape, type, file)) {
      throw broken(file);
    }
    if (to - from > Integer.MAX_VALUE) {
      throw new EngineException(
          file.getFileName() + " holds a tensor of more than 2 GiB; save it in smaller parts");
    }
    ByteBuffer data = channel.map(FileChannel.MapMode.READ_ONLY, begin + from, to - from);
    return new Entry(type, shape, data.order(ByteOrder.LITTLE_ENDIAN));
  }

  private static long bytesOf(long[] shape, String type, Path file) {
    long bytes = bytesOf(type);
    try {
      for (long dimension : shape) {
        if (dimension < 0) {
          throw broken(file);
        }
        bytes = Math.multiplyExact(bytes, dimension);
      }
    } catch (ArithmeticException larger) {
      throw broken(file);
    }
    return bytes;
  }

  private static int bytesOf(String type) {
    return switch (type) {
      case "F64", "I64" -> 8;
      case "F32", "I32" -> 4;
      case "F16", "BF16", "I16" -> 2;
      case "I8", "U8", "BOOL" -> 1;
      default -> throw new EngineException("safetensors type " + type + " is not known");
    };
  }

  private static long headerLength(FileChannel channel, long size, Path file) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    if (size < 8 || channel.read(length, 0) != 8) {
      throw broken(file);
    }
    long value = length.getLong(0);
    if (value < 2 || value > HEADER_BYTES_MAX || 8 + value > size) {
      throw broken(file);
    }
    return value;
  }

  private static JsonNode header(FileChannel channel, long size, Path file) throws IOException {
    ByteBuffer text = ByteBuffer.allocate((int) headerLength(channel, size, file));
    if (channel.read(text, 8) != text.capacity()) {
      throw broken(file);
    }
    return JSON.readTree(text.array());
  }

  private static EngineException broken(Path file) {
    return new EngineException(
        file.getFileName() + " is not a whole safetensors file; fetch or write it again");
  }

  /** Writes sorted by name and syncs; the file must not exist. */
  public static void write(Path file, Map<String, Entry> entries) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      SortedMap<String, Entry> sorted = new TreeMap<>(entries);
      Folders.writeFully(channel, ByteBuffer.wrap(head(sorted)));
      for (Entry entry : sorted.values()) {
        Folders.writeFully(channel, entry.data().duplicate());
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same in memory. */
  public static ByteBuffer encode(Map<String, Entry> entries) {
    SortedMap<String, Entry> sorted = new TreeMap<>(entries);
    try {
      byte[] head = head(sorted);
      int size = head.length;
      for (Entry entry : sorted.values()) {
        size = Math.addExact(size, entry.data().remaining());
      }
      ByteBuffer whole = ByteBuffer.allocate(size).put(head);
      sorted.values().forEach(entry -> whole.put(entry.data().duplicate()));
      return whole.flip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] head(SortedMap<String, Entry> sorted) throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    // Readers of the PyTorch world look for this mark.
    header.put("__metadata__", Map.of("format", "pt"));
    long offset = 0;
    for (Map.Entry<String, Entry> named : sorted.entrySet()) {
      ObjectNode description = JSON.createObjectNode();
      description.put("dtype", named.getValue().type());
      ArrayNode shape = description.putArray("shape");
      for (long dimension : named.getValue().shape()) {
        shape.add(dimension);
      }
      long end = offset + named.getValue().data().remaining();
      description.putArray("data_offsets").add(offset).add(end);
      header.put(named.getKey(), description);
      offset = end;
    }
    byte[] json = JSON.writeValueAsBytes(header);
    int padded = (json.length + 8 + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES - 8;
    String padding = " ".repeat(padded - json.length);
    ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(padded).put(json).put(padding.getBytes(StandardCharsets.US_ASCII));
    return head.array();
  }
}
