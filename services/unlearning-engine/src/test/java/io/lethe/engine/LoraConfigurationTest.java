package io.lethe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lethe.engine.model.EachFamily;
import io.lethe.engine.model.FamilyFixture;
import io.lethe.engine.model.LanguageModel;
import io.lethe.engine.model.LoraStart;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraConfigurationTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MODULE = "model.layers.1.self_attn.q_proj";

  private static LoraConfiguration read(String further) throws IOException {
    String text = "{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 8" + further + "}";
    return LoraConfiguration.read(JSON.readTree(text));
  }

  @EachFamily
  void shouldChooseTheModulesThatPeftChose(FamilyFixture fixture) throws IOException {
    JsonNode written =
        JSON.readTree(fixture.folder().resolve("adapter/adapter_config.json").toFile());
    LoraConfiguration configuration = LoraConfiguration.read(written);
    try (LanguageModel model = fixture.open(EngineSettings.defaults())) {
      AdapterTensors drawn = LoraStart.draw(model, configuration, 1);
      AdapterTensors trained = fixture.adapter();
      assertThat(drawn.tensors().keySet()).isEqualTo(trained.tensors().keySet());
      drawn
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(tensor.shape()).isEqualTo(trained.tensors().get(name).shape()));
      assertThat(drawn.scaling()).isEqualTo(trained.scaling());
      assertThat(drawn.dropout()).isEqualTo(trained.dropout());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"(.*)*(.*)*(.*)*x", "(a|b|[^x])*(.+)+y"})
  void shouldGiveUpOnAnExpressionThatWouldRunForEver(String expression) throws IOException {
    LoraConfiguration configuration = read(", \"target_modules\": \"" + expression + "\"");
    assertThatThrownBy(() -> configuration.adapts(MODULE.repeat(10)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("give a list of names");
  }

  @Test
  void shouldScaleByTheRootOfTheRankWhereStabilised() throws IOException {
    FamilyFixture llama = FamilyFixture.of("llama");
    assertThat(llama.adapter().scaling()).isEqualTo(8 / Math.sqrt(4));
    assertThat(FamilyFixture.of("mistral").adapter().scaling()).isEqualTo(8.0 / 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[\"q_proj\"] | true",
        "[\"self_attn.q_proj\", \"v_proj\"] | true",
        "[\"model.layers.1.self_attn.q_proj\"] | true",
        "[\"proj\"] | false",
        "[\"attn.q_proj\"] | false",
        "\".*q_proj\" | true",
        "\"q_proj\" | false",
        "\"all-linear\" | true",
        "[] | false",
      })
  void shouldChooseByNamesOrByOneExpression(String targets, boolean chosen) throws IOException {
    assertThat(read(", \"target_modules\": " + targets).adapts(MODULE)).isEqualTo(chosen);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"exclude_modules\": [\"q_proj\"] | false",
        "\"exclude_modules\": [\"v_proj\"] | true",
        "\"exclude_modules\": \".*layers\\\\.1.*\" | false",
        "\"layers_to_transform\": [0, 1] | true",
        "\"layers_to_transform\": 0 | false",
        "\"exclude_modules\": null, \"layers_to_transform\": null | true",
      })
  void shouldLeaveOutWhatIsExcludedOrInOtherLayers(String further, boolean chosen)
      throws IOException {
    String targets = ", \"target_modules\": [\"q_proj\", \"v_proj\"], ";
    assertThat(read(targets + further).adapts(MODULE)).isEqualTo(chosen);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"modules_to_save\": [\"lm_head\"] | modules_to_save: modules trained as a whole",
        "\"rank_pattern\": {\"q_proj\": 8} | rank_pattern: all updates of an adapter share one rank",
        "\"alpha_pattern\": {\"q_proj\": 8} | alpha_pattern: all updates of an adapter share one scaling",
        "\"use_dora\": true | use_dora",
        "\"fan_in_fan_out\": true | fan_in_fan_out",
        "\"bias\": \"lora_only\" | bias to lora_only",
        "\"init_lora_weights\": \"pissa\" | init_lora_weights to pissa",
        "\"trainable_token_indices\": [1] | trainable_token_indices",
        "\"peft_type\": \"LOHA\" | peft_type LOHA",
        "\"r\": 0 | r is 0",
        "\"lora_dropout\": 1.0 | lora_dropout is 1.0",
        "\"target_modules\": \"(?P<x>q)\" | not a regular expression here",
      })
  void shouldRefuseWithTheReason(String further, String message) {
    assertThatThrownBy(() -> read(", " + further))
        .isInstanceOf(AdapterRefusedException.class)
        .hasMessageContaining("adapter_config.json")
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseAChoiceThatLeavesNothing() {
    FamilyFixture fixture = FamilyFixture.of("llama");
    try (LanguageModel model = fixture.open(EngineSettings.defaults())) {
      LoraConfiguration query = LoraConfiguration.of(2, 4, List.of("query"));
      assertThatThrownBy(() -> LoraStart.draw(model, query, 1))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("model.layers.0.self_attn.q_proj");
    }
  }

  @Test
  void shouldFindProjectionsOfTheLastLayersByTheirRole() {
    FamilyFixture fixture = FamilyFixture.of("t5-v1_1");
    try (LanguageModel model = fixture.open(EngineSettings.defaults())) {
      List<String> targets = List.of("query", "intermediate.dense");
      AdapterTensors drawn = LoraStart.draw(model::shapeOf, 4, 3, targets, 2, 4, 1);
      assertThat(drawn.tensors().keySet().stream().filter(name -> name.endsWith(LoraStart.A)))
          .containsExactlyInAnyOrder(
              "encoder.block.1.layer.0.SelfAttention.q.lora_A.weight",
              "encoder.block.1.layer.1.DenseReluDense.wi_0.lora_A.weight",
              "encoder.block.1.layer.1.DenseReluDense.wi_1.lora_A.weight",
              "decoder.block.0.layer.0.SelfAttention.q.lora_A.weight",
              "decoder.block.0.layer.1.EncDecAttention.q.lora_A.weight",
              "decoder.block.0.layer.2.DenseReluDense.wi_0.lora_A.weight",
              "decoder.block.0.layer.2.DenseReluDense.wi_1.lora_A.weight",
              "decoder.block.1.layer.0.SelfAttention.q.lora_A.weight",
              "decoder.block.1.layer.1.EncDecAttention.q.lora_A.weight",
              "decoder.block.1.layer.2.DenseReluDense.wi_0.lora_A.weight",
              "decoder.block.1.layer.2.DenseReluDense.wi_1.lora_A.weight");
      assertThat(LoraStart.lowestLayer(drawn)).isEqualTo(1);
    }
  }
}
