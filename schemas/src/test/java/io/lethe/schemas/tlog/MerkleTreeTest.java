package io.lethe.schemas.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
  /** Entries and roots of the test vectors that certificate-transparency implementations share. */
  private static final List<String> ENTRIES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> ROOTS =
      List.of(
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static HashSource source() {
    List<byte[]> hashes = new ArrayList<>();
    for (String entry : ENTRIES) {
      hashes.add(MerkleTree.leafHash(HexFormat.of().parseHex(entry)));
    }
    return (level, index) -> subtree(hashes, level, index);
  }

  private static byte[] subtree(List<byte[]> hashes, int level, long index) {
    return level == 0
        ? hashes.get((int) index)
        : MerkleTree.nodeHash(
            subtree(hashes, level - 1, 2 * index), subtree(hashes, level - 1, 2 * index + 1));
  }

  @Test
  void shouldHaveTheRootsOfTheSharedVectors() throws IOException {
    assertThat(HexFormat.of().formatHex(MerkleTree.root(0, source())))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (int size = 1; size <= ENTRIES.size(); size++) {
      assertThat(HexFormat.of().formatHex(MerkleTree.root(size, source())))
          .isEqualTo(ROOTS.get(size - 1));
    }
  }

  @Test
  void shouldProveEveryEntryOfEverySizeAndNothingElse() throws IOException {
    for (int size = 1; size <= ENTRIES.size(); size++) {
      byte[] root = MerkleTree.root(size, source());
      for (int index = 0; index < size; index++) {
        List<byte[]> proof = MerkleTree.inclusionProof(index, size, source());
        for (int claimed = 0; claimed < size; claimed++) {
          byte[] hash = source().hash(0, claimed);
          assertThat(MerkleTree.isIncluded(hash, index, size, proof, root))
              .as("entry %d as %d of %d", claimed, index, size)
              .isEqualTo(claimed == index);
        }
        List<byte[]> longer = new ArrayList<>(proof);
        longer.add(root);
        assertThat(MerkleTree.isIncluded(source().hash(0, index), index, size, longer, root))
            .isFalse();
      }
    }
  }

  @Test
  void shouldProveThatEverySizeContinuesEverySmallerOne() throws IOException {
    for (int size = 1; size <= ENTRIES.size(); size++) {
      byte[] root = MerkleTree.root(size, source());
      for (int from = 1; from <= size; from++) {
        List<byte[]> proof = MerkleTree.consistencyProof(from, size, source());
        byte[] before = MerkleTree.root(from, source());
        assertThat(MerkleTree.isConsistent(from, size, proof, before, root)).isTrue();
        byte[] changed = before.clone();
        changed[0] ^= 1;
        assertThat(MerkleTree.isConsistent(from, size, proof, changed, root)).isFalse();
      }
    }
  }

  @Test
  void shouldSayWhichEntriesAndSizesThereAre() {
    assertThatThrownBy(() -> MerkleTree.inclusionProof(3, 3, source()))
        .hasMessage("There is no entry 3 in a log of 3 entries.");
    assertThatThrownBy(() -> MerkleTree.consistencyProof(4, 3, source()))
        .hasMessage("A log of 3 entries has no consistency proof from 4 entries on.");
  }
}
