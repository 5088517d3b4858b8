package io.lethe.engine.checkpoint;

import io.lethe.engine.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The weights inside an ONNX file that PyTorch exported, under the names they had in PyTorch. The
 * exporter keeps the names of embeddings, biases and norms; a linear weight it transposes and calls
 * after a number, but the node that multiplies by it is named after the module: {@code
 * /encoder/layer.0/attention/self/query/MatMul}.
 */
final class OnnxWeights {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int NODE_INPUT = 1;
  private static final int NODE_NAME = 3;
  private static final int NODE_OPERATOR = 4;
  private static final int TENSOR_DIMENSIONS = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW = 9;
  private static final int TYPE_FLOAT = 1;

  private final Map<String, Safetensors.Entry> initializers = new HashMap<>();
  private final Map<String, String> moduleByWeight = new HashMap<>();

  private OnnxWeights() {}

  /** All float weights of the file, by their names in PyTorch. */
  static SortedMap<String, Safetensors.Entry> read(ByteBuffer model) {
    OnnxWeights weights = new OnnxWeights();
    for (Field field : fields(model)) {
      if (field.number == MODEL_GRAPH) {
        weights.readGraph(field.content);
      }
    }
    SortedMap<String, Safetensors.Entry> named = new TreeMap<>();
    weights.initializers.forEach(
        (name, entry) -> {
          String module = weights.moduleByWeight.get(name);
          if (module != null) {
            named.put(module + ".weight", transposed(entry));
          } else if (!name.startsWith("onnx::")) {
            named.put(name, entry);
          }
        });
    return named;
  }

  private void readGraph(ByteBuffer graph) {
    for (Field field : fields(graph)) {
      if (field.number == GRAPH_NODE) {
        readNode(field.content);
      } else if (field.number == GRAPH_INITIALIZER) {
        readTensor(field.content);
      }
    }
  }

  private void readNode(ByteBuffer node) {
    List<String> inputs = new ArrayList<>();
    String name = "";
    String operator = "";
    for (Field field : fields(node)) {
      switch (field.number) {
        case NODE_INPUT -> inputs.add(text(field.content));
        case NODE_NAME -> name = text(field.content);
        case NODE_OPERATOR -> operator = text(field.content);
        default -> {
          // Attributes and outputs say nothing about names.
        }
      }
    }
    if (operator.equals("MatMul") && inputs.size() == 2 && inputs.get(1).startsWith("onnx::")) {
      String module = name.substring(1, name.lastIndexOf('/')).replace('/', '.');
      moduleByWeight.put(inputs.get(1), module);
    }
  }

  private void readTensor(ByteBuffer tensor) {
    List<Long> dimensions = new ArrayList<>();
    String name = "";
    long type = 0;
    ByteBuffer raw = null;
    for (Field field : fields(tensor)) {
      switch (field.number) {
        case TENSOR_DIMENSIONS -> dimensions.addAll(field.integers());
        case TENSOR_TYPE -> type = field.integer;
        case TENSOR_NAME -> name = text(field.content);
        case TENSOR_RAW -> raw = field.content;
        default -> {
          // Other encodings of the values are not used by PyTorch's exporter.
        }
      }
    }
    if (type == TYPE_FLOAT && raw != null) {
      long[] shape = dimensions.stream().mapToLong(Long::longValue).toArray();
      initializers.put(name, new Safetensors.Entry("F32", shape, raw));
    }
  }

  private static Safetensors.Entry transposed(Safetensors.Entry entry) {
    int rows = (int) entry.shape()[0];
    int columns = (int) entry.shape()[1];
    float[] values = entry.toFloats();
    float[] turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return Safetensors.Entry.of(new long[] {columns, rows}, turned);
  }

  private static String text(ByteBuffer content) {
    return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
  }

  /** One field of a protocol buffers message: an integer, or a slice of bytes. */
  private record Field(int number, long integer, ByteBuffer content) {
    /** A repeated integer field comes packed, or one by one. */
    List<Long> integers() {
      if (content == null) {
        return List.of(integer);
      }
      List<Long> values = new ArrayList<>();
      ByteBuffer rest = content.duplicate();
      while (rest.hasRemaining()) {
        values.add(varint(rest));
      }
      return values;
    }
  }

  private static List<Field> fields(ByteBuffer message) {
    ByteBuffer rest = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    List<Field> found = new ArrayList<>();
    while (rest.hasRemaining()) {
      long tag = varint(rest);
      int number = (int) (tag >>> 3);
      switch ((int) (tag & 7)) {
        case 0 -> found.add(new Field(number, varint(rest), null));
        case 1 -> found.add(new Field(number, rest.getLong(), null));
        case 2 -> {
          int length = Math.toIntExact(varint(rest));
          ByteBuffer content = rest.slice(rest.position(), length).order(ByteOrder.LITTLE_ENDIAN);
          rest.position(rest.position() + length);
          found.add(new Field(number, 0, content));
        }
        case 5 -> found.add(new Field(number, rest.getInt(), null));
        default -> throw new EngineException("the model file is not a readable ONNX file");
      }
    }
    return found;
  }

  private static long varint(ByteBuffer buffer) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = buffer.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new EngineException("the model file is not a readable ONNX file");
  }
}
