package io.lethe.engine.program;

import io.lethe.engine.EngineException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The smallest archive PyTorch's loader takes: program text and plain attributes, no tensors. The
 * pickle inside is written here opcode by opcode and never read.
 */
final class TorchScriptArchive {
  /** Format 10: 3 would select old versions of operators. */
  private static final byte[] VERSION = {'1', '0', '\n'};

  /** An empty tuple. */
  private static final byte[] CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private TorchScriptArchive() {}

  /** Archive bytes of one class without tensors; attribute values are Long, Double or Boolean. */
  static byte[] write(String className, String programText, Map<String, Object> attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "data.pkl", pickle(className, attributes));
      store(zip, "code/__torch__.py", programText.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", CONSTANTS);
      store(zip, "version", VERSION);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry("program/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] pickle(String className, Map<String, Object> attributes)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2});
    out.write(("c__torch__\n" + className + "\n").getBytes(StandardCharsets.UTF_8));
    out.write(new byte[] {')', (byte) 0x81, '}', '('});
    for (Map.Entry<String, Object> attribute : new TreeMap<>(attributes).entrySet()) {
      byte[] name = attribute.getKey().getBytes(StandardCharsets.UTF_8);
      out.write('X');
      out.write(little(4).putInt(name.length).array());
      out.write(name);
      writeValue(out, attribute);
    }
    out.write(new byte[] {'u', 'b', '.'});
    return out.toByteArray();
  }

  private static void writeValue(ByteArrayOutputStream out, Map.Entry<String, Object> attribute)
      throws IOException {
    Object value = attribute.getValue();
    if (value instanceof Boolean flag) {
      out.write(flag ? 0x88 : 0x89);
    } else if (value instanceof Long number) {
      out.write(new byte[] {(byte) 0x8a, 8});
      out.write(little(8).putLong(number).array());
    } else if (value instanceof Double number) {
      out.write('G');
      out.write(ByteBuffer.allocate(8).putDouble(number).array());
    } else {
      throw new EngineException(
          "program attribute " + attribute.getKey() + " must be Long, Double or Boolean");
    }
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
