package io.lethe.cli.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.cli.ExitCode;
import io.lethe.cli.Json;
import io.lethe.cli.RecordingConsole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptVerifierTest {
  private static final String CONTENT = "{\"requestId\":\"r-1\",\"approximate\":true}";

  @TempDir private Path folder;
  private final RecordingConsole console = new RecordingConsole();
  private KeyPair pair;
  private Path keyFile;

  @BeforeEach
  void makeKey() throws GeneralSecurityException, IOException {
    pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    keyFile = folder.resolve("key.json");
    Files.writeString(keyFile, Json.line(jwk("k1")));
  }

  @Test
  void shouldVerifyAGoodReceipt() throws Exception {
    assertThat(verify(receipt("k1", "EdDSA"))).isEqualTo(ExitCode.OK);
    assertThat(console.out()).startsWith("Verified.").contains("requestId", "r-1");
  }

  @Test
  void shouldPrintTheContentAsJson() throws Exception {
    Files.writeString(folder.resolve("r.json"), Json.line(receipt("k1", "EdDSA")));
    console.run(
        "verify",
        folder.resolve("r.json").toString(),
        "--key",
        keyFile.toString(),
        "--output",
        "json");
    JsonNode result = Json.parse(console.out(), "output");
    assertThat(result.get("verified").asBoolean()).isTrue();
    assertThat(result.get("content").get("requestId").asText()).isEqualTo("r-1");
  }

  @Test
  void shouldVerifyWithAKeySetAndWithPem() throws Exception {
    Files.writeString(keyFile, Json.line(Map.of("keys", List.of(jwk("k0"), jwk("k1")))));
    assertThat(verify(receipt("k1", "EdDSA"))).isEqualTo(ExitCode.OK);
    Files.writeString(
        keyFile,
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    assertThat(verify(receipt("k1", "EdDSA"))).isEqualTo(ExitCode.OK);
  }

  @Test
  void shouldRefuseAReceiptWhoseContentWasChanged() throws Exception {
    Map<String, String> tampered = receipt("k1", "EdDSA");
    tampered.put("payload", base64(CONTENT.replace("r-1", "r-2")));
    assertThat(verify(tampered)).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err())
        .startsWith(
            "lethe: the receipt does not verify: its content was changed or another key signed it");
    assertThat(console.out()).isEmpty();
  }

  @Test
  void shouldRefuseAReceiptSignedByAnotherKey() throws Exception {
    Map<String, String> foreign = receipt("k1", "EdDSA");
    makeKey();
    assertThat(verify(foreign)).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("another key signed it");
  }

  @Test
  void shouldRefuseAReceiptThatNamesAnUnknownKey() throws Exception {
    assertThat(verify(receipt("k2", "EdDSA"))).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("it names a key that the key file lacks");
  }

  @Test
  void shouldRefuseAnAlgorithmThatProvesNothing() throws Exception {
    assertThat(verify(receipt("k1", "none"))).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("its algorithm is not EdDSA");
  }

  @Test
  void shouldRefuseASignatureOfTheWrongLength() throws Exception {
    Map<String, String> cut = receipt("k1", "EdDSA");
    cut.put("signature", base64("short"));
    assertThat(verify(cut)).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("its signature has 5 bytes instead of 64");
  }

  @Test
  void shouldRefuseAReceiptWithoutItsParts() throws Exception {
    assertThat(verify(Map.of("payload", "e30"))).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("it has no text field protected");
  }

  @Test
  void shouldRefuseAFileThatIsNoReceipt() throws Exception {
    Path file = folder.resolve("r.json");
    Files.writeString(file, "not a receipt");
    assertThat(console.run("verify", file.toString(), "--key", keyFile.toString()))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("the receipt is not JSON (13 characters)");
  }

  @Test
  void shouldRefuseAKeyOfAnotherKind() throws Exception {
    Files.writeString(keyFile, "{\"kty\":\"RSA\"}");
    assertThat(verify(receipt("k1", "EdDSA"))).isEqualTo(ExitCode.FAILURE);
    assertThat(console.err()).contains("holds no Ed25519 public key");
  }

  private int verify(Map<String, String> receipt) throws IOException {
    Path file = folder.resolve("receipt.json");
    Files.writeString(file, Json.line(receipt));
    return console.run("verify", file.toString(), "--key", keyFile.toString());
  }

  private Map<String, String> receipt(String keyId, String algorithm)
      throws GeneralSecurityException {
    String header = base64("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + keyId + "\"}");
    String payload = base64(CONTENT);
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(pair.getPrivate());
    signer.update((header + "." + payload).getBytes(StandardCharsets.US_ASCII));
    Map<String, String> receipt = new LinkedHashMap<>();
    receipt.put("protected", header);
    receipt.put("payload", payload);
    receipt.put("signature", Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign()));
    return receipt;
  }

  private Map<String, String> jwk(String keyId) {
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return Map.of(
        "kty",
        "OKP",
        "crv",
        "Ed25519",
        "kid",
        keyId,
        "x",
        Base64.getUrlEncoder().withoutPadding().encodeToString(raw));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
