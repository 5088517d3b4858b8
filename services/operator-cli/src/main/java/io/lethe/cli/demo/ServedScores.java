package io.lethe.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.engine.Prompt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a server for the scores of explicit prompts, as an auditor does: an erased subject's own
 * prompts are no longer built by any server, so whoever wants to see what the served model still
 * knows must bring them.
 */
final class ServedScores {
  private static final int PROMPTS_PER_CALL = 32;

  private ServedScores() {}

  /** Probabilities of yes, in the order of the prompts. */
  static float[] of(ServiceClient server, List<Prompt> prompts) {
    float[] scores = new float[prompts.size()];
    for (int from = 0; from < prompts.size(); from += PROMPTS_PER_CALL) {
      List<Prompt> part = prompts.subList(from, Math.min(prompts.size(), from + PROMPTS_PER_CALL));
      JsonNode answer =
          server.post(
              "/v1/audit/scores",
              Map.of("prompts", part.stream().map(ServedScores::json).toList()));
      for (int i = 0; i < part.size(); i++) {
        scores[from + i] = (float) answer.required("scores").required(i).asDouble();
      }
    }
    return scores;
  }

  private static Map<String, Object> json(Prompt prompt) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (prompt.profile() != null) {
      json.put("profile", prompt.profile());
    }
    List<Map<String, Object>> history = new ArrayList<>();
    prompt
        .history()
        .forEach(viewed -> history.add(Map.of("title", viewed.title(), "rating", viewed.rating())));
    json.put("history", history);
    json.put("target", prompt.target());
    return json;
  }
}
