package io.lethe.serving;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lethe.engine.AdapterManifest;
import io.lethe.engine.AdapterTensors;
import io.lethe.engine.Candidate;
import io.lethe.engine.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Ways in which an adapter can be bad; each makes one in a store. */
enum CorruptedAdapter {
  FLIPPED_BIT("does not have the digest the manifest names") {
    @Override
    String make(Workshop at) throws IOException {
      String id = at.stored();
      at.flipABit(at.file(id, at.pick(List.of(TENSORS, CONFIGURATION))));
      return id;
    }
  },
  FLIPPED_BIT_OF_THE_MANIFEST(
      "holds other content under this id",
      "manifest.json",
      "belongs to recommender",
      "does not have the digest") {
    @Override
    String make(Workshop at) throws IOException {
      String id = at.stored();
      at.flipABit(at.file(id, MANIFEST));
      return id;
    }
  },
  TRUNCATED("does not have the digest the manifest names", "manifest.json is not") {
    @Override
    String make(Workshop at) throws IOException {
      String id = at.stored();
      Path file = at.file(id, at.pick(List.of(TENSORS, CONFIGURATION, MANIFEST)));
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, at.random().nextInt(bytes.length)));
      return id;
    }
  },
  WITHOUT_A_FILE("adapter folder has no ") {
    @Override
    String make(Workshop at) throws IOException {
      String id = at.stored();
      Files.delete(at.file(id, at.pick(List.of(TENSORS, CONFIGURATION, MANIFEST))));
      return id;
    }
  },
  OF_ANOTHER_BASE("the adapter belongs to recommender ") {
    @Override
    String make(Workshop at) {
      Candidate good = at.good();
      AdapterManifest manifest = good.manifest();
      return at.adapters()
          .put(
              new Candidate(
                  good.tensors(),
                  new AdapterManifest(
                      HexFormat.of().formatHex(at.bytes(32)),
                      manifest.precision(),
                      manifest.method(),
                      manifest.forgetSetDigest(),
                      null,
                      manifest.seed(),
                      manifest.settings()),
                  good.record()));
    }
  },
  OF_ANOTHER_RANK(", but the recommender needs ") {
    @Override
    String make(Workshop at) {
      Candidate good = at.good();
      AdapterTensors tensors = good.tensors();
      int said = 1 + at.random().nextInt(16);
      return at.adapters()
          .put(
              new Candidate(
                  new AdapterTensors(
                      said == RandomAdapters.RANK ? 2 * said : said, 8, tensors.tensors()),
                  good.manifest(),
                  good.record()));
    }
  },
  NOT_FINITE("the adapter holds values that are not finite") {
    @Override
    String make(Workshop at) {
      Candidate good = at.good();
      Map<String, FloatTensor> tensors = new TreeMap<>(good.tensors().tensors());
      String name = at.pick(List.copyOf(tensors.keySet()));
      float[] values = tensors.get(name).values().clone();
      values[at.random().nextInt(values.length)] =
          at.pick(List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY));
      tensors.put(name, new FloatTensor(tensors.get(name).shape(), values));
      return at.adapters()
          .put(new Candidate(good.tensors().with(tensors), good.manifest(), good.record()));
    }
  },
  PICKLE_FOR_TENSORS("safetensors") {
    @Override
    String make(Workshop at) throws IOException {
      return at.vouchedFor(at.stored(), TENSORS, at.pickle());
    }
  },
  PICKLE_BESIDE("which is none of its three files") {
    @Override
    String make(Workshop at) throws IOException {
      String id = at.stored();
      Files.write(at.file(id, at.pick(List.of("adapter_model.bin", "data.pkl"))), at.pickle());
      return id;
    }
  },
  CODE_BESIDE("which is none of its three files") {
    @Override
    String make(Workshop at) throws IOException {
      String id = at.stored();
      String name = at.pick(List.of("model.py", "setup.sh", "Adapter.class", "requirements.txt"));
      Files.writeString(at.file(id, name), "import os\n");
      return id;
    }
  },
  UNDER_ANOTHER_NAME("The artefact store holds other content under this id") {
    @Override
    String make(Workshop at) throws IOException {
      String name = HexFormat.of().formatHex(at.bytes(32));
      Files.move(at.store().resolve(at.stored()), at.store().resolve(name));
      return name;
    }
  },
  OUTSIDE_THE_STORE("adapterId must be 64 hex digits") {
    @Override
    String make(Workshop at) {
      return "../" + at.stored();
    }
  };

  private static final String TENSORS = "adapter_model.safetensors";
  private static final String CONFIGURATION = "adapter_config.json";
  private static final String MANIFEST = "manifest.json";

  private final List<String> reasons;

  CorruptedAdapter(String... reasons) {
    this.reasons = List.of(reasons);
  }

  /** Makes one; gives the id that a version would name. */
  abstract String make(Workshop at) throws IOException;

  /** What a refusal must say: one of these. */
  List<String> reasons() {
    return reasons;
  }

  /** A store to make them in, with a seed for each. */
  record Workshop(Path store, RandomAdapters adapters, Random random) {
    Candidate good() {
      return adapters.candidate(random.nextLong());
    }

    String stored() {
      return adapters.put(good());
    }

    Path file(String id, String name) {
      return store.resolve(id).resolve(name);
    }

    byte[] bytes(int count) {
      byte[] bytes = new byte[count];
      random.nextBytes(bytes);
      return bytes;
    }

    <T> T pick(List<T> choices) {
      return choices.get(random.nextInt(choices.size()));
    }

    void flipABit(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
    }

    /** A pickle of protocol 2 that would call os.system when loaded. */
    byte[] pickle() {
      byte[] head = {(byte) 0x80, 2, 'c', 'o', 's', '\n', 's', 'y', 's', 't', 'e', 'm', '\n'};
      byte[] pickle = Arrays.copyOf(head, head.length + 64);
      System.arraycopy(bytes(64), 0, pickle, head.length, 64);
      return pickle;
    }

    /** Other content for a file, with digests and a name that vouch for it; gives the new id. */
    String vouchedFor(String id, String name, byte[] content) throws IOException {
      ObjectMapper json = new ObjectMapper();
      Files.write(file(id, name), content);
      ObjectNode manifest = (ObjectNode) json.readTree(file(id, MANIFEST).toFile());
      ((ObjectNode) manifest.get("sha256")).put(name, digest(content));
      byte[] bytes = json.writeValueAsBytes(manifest);
      Files.write(file(id, MANIFEST), bytes);
      String vouched = digest(bytes);
      Files.move(store.resolve(id), store.resolve(vouched), StandardCopyOption.ATOMIC_MOVE);
      return vouched;
    }

    private static String digest(byte[] content) {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      } catch (GeneralSecurityException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }
}
