package io.lethe.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * LoRA as PEFT configures it. What of PEFT's configuration would make another model than frozen
 * weights with low-rank updates is refused with the reason.
 *
 * @param rank r of every update
 * @param loraAlpha an update is scaled by alpha / rank
 * @param rankStabilized true scales by alpha / sqrt(rank) instead
 * @param dropout share of an update's inputs left out of a training step, within 0..1
 * @param targets which projections have an update
 * @param excluded which of them have none all the same
 * @param layers numbers of the layers that are adapted, or empty for all
 */
public record LoraConfiguration(
    int rank,
    double loraAlpha,
    boolean rankStabilized,
    double dropout,
    ModuleChoice targets,
    ModuleChoice excluded,
    Set<Integer> layers) {
  /** The first number in a module's name, as PEFT finds the layer. */
  private static final Pattern LAYER = Pattern.compile(".*?\\.[^.]*\\.(\\d{1,9})\\..*");

  /** Fields that must say nothing, and why. */
  private static final Map<String, String> REFUSED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "modules_to_save",
                  "modules trained as a whole are weights of their own, which an adapter here has no place for"),
              Map.entry("rank_pattern", "all updates of an adapter share one rank here"),
              Map.entry("alpha_pattern", "all updates of an adapter share one scaling here"),
              Map.entry("use_dora", "DoRA rescales the frozen weights, which are shared here"),
              Map.entry("fan_in_fan_out", "no family here has transposed weights"),
              Map.entry("lora_bias", "updates have no bias here"),
              Map.entry("layer_replication", "layers of the base are never repeated here"),
              Map.entry("trainable_token_indices", "embeddings are never trained here"),
              Map.entry("target_parameters", "only projections are adapted here"),
              Map.entry("layers_pattern", "the first number in a name tells the layer here"),
              Map.entry("use_qalora", "the frozen weights are not quantised here"),
              Map.entry("use_bdlora", "updates are not cut into blocks here"),
              Map.entry("alora_invocation_tokens", "an adapter counts at every token here")));

  /** Ways to begin that leave the base's weights as they are. */
  private static final Set<String> BEGINNINGS = Set.of("true", "false", "gaussian", "orthogonal");

  public LoraConfiguration {
    layers = Set.copyOf(layers);
    if (rank < 1) {
      throw new EngineException("r is " + rank + "; give a rank of at least 1");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new EngineException("lora_dropout is " + dropout + "; give a share from 0 to below 1");
    }
  }

  /** Of given projections in every layer, scaled by alpha / rank, without dropout. */
  public static LoraConfiguration of(int rank, double loraAlpha, List<String> targets) {
    return new LoraConfiguration(
        rank, loraAlpha, false, 0, ModuleChoice.ofNames(targets), ModuleChoice.none(), Set.of());
  }

  /** Reads adapter_config.json. */
  static LoraConfiguration read(JsonNode json) {
    if (!json.path("peft_type").asText().equals("LORA")) {
      throw new AdapterRefusedException(
          "adapter_config.json names peft_type "
              + json.path("peft_type").asText("none")
              + "; only LORA is served");
    }
    REFUSED.forEach((field, reason) -> requireNothing(json, field, reason));
    require(json, "bias", Set.of("none"), "none", "biases belong to the frozen weights");
    require(
        json, "init_lora_weights", BEGINNINGS, "true", "it may have altered the base's weights");
    try {
      return new LoraConfiguration(
          json.path("r").asInt(),
          json.path("lora_alpha").asDouble(),
          json.path("use_rslora").asBoolean(),
          json.path("lora_dropout").asDouble(),
          ModuleChoice.read(json.path("target_modules")),
          ModuleChoice.read(json.path("exclude_modules")),
          numbers(json.path("layers_to_transform")));
    } catch (AdapterRefusedException e) {
      throw e;
    } catch (EngineException e) {
      throw new AdapterRefusedException("adapter_config.json: " + e.getMessage(), e);
    }
  }

  private static void requireNothing(JsonNode json, String field, String reason) {
    JsonNode value = json.path(field);
    boolean says = value.isContainerNode() ? !value.isEmpty() : value.asBoolean(!empty(value));
    if (says) {
      throw new AdapterRefusedException(
          "adapter_config.json sets " + field + ": " + reason + "; train the adapter without it");
    }
  }

  private static boolean empty(JsonNode value) {
    return value.isMissingNode() || value.isNull() || value.asText().isEmpty();
  }

  private static void require(
      JsonNode json, String field, Set<String> allowed, String otherwise, String reason) {
    String value = empty(json.path(field)) ? otherwise : json.path(field).asText();
    if (!allowed.contains(value)) {
      throw new AdapterRefusedException(
          "adapter_config.json sets "
              + field
              + " to "
              + value
              + ": "
              + reason
              + "; train the adapter with "
              + otherwise);
    }
  }

  private static Set<Integer> numbers(JsonNode field) {
    if (field.isInt()) {
      return Set.of(field.asInt());
    }
    Set<Integer> numbers = new TreeSet<>();
    field.forEach(number -> numbers.add(number.asInt()));
    return numbers;
  }

  /** Whether a module, by its whole name, has an update. */
  public boolean adapts(String module) {
    return !excluded.has(module) && targets.has(module) && (layers.isEmpty() || inLayers(module));
  }

  private boolean inLayers(String module) {
    Matcher matcher = LAYER.matcher(module);
    return matcher.matches() && layers.contains(Integer.parseInt(matcher.group(1)));
  }
}
