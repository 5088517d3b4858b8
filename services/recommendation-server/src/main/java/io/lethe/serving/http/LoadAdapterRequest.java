package io.lethe.serving.http;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What an operator asks to have loaded, in the names that clients of vLLM know.
 *
 * @param name the version as GET /v1/models names it: the model, a colon, the number
 * @param path content address of the version's adapter
 */
public record LoadAdapterRequest(
    @JsonProperty("lora_name") String name, @JsonProperty("lora_path") String path) {}
