package io.lethe.cli.stream;

import io.lethe.schemas.event.CloseTrigger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the requests, counted from the topics.
 *
 * @param sent distinct requests
 * @param submissions records put into deletion.submitted, repetitions included
 * @param accepted distinct requests in deletion.requested
 * @param acceptedAgain records beyond the first of a request
 * @param closed distinct requests in closed forget sets
 * @param closedAgain appearances beyond the first of a request
 * @param strange ids in either topic that nobody sent
 * @param inSequence whether forget sets were numbered without gap or repetition
 * @param samples in all forget sets
 * @param setsByTrigger closed forget sets
 * @param deadLetters of deletion.submitted and deletion.requested
 */
record StreamCounts(
    int sent,
    int submissions,
    int accepted,
    int acceptedAgain,
    int closed,
    int closedAgain,
    int strange,
    boolean inSequence,
    long samples,
    Map<CloseTrigger, Integer> setsByTrigger,
    long deadLetters) {

  /**
   * True when every request was accepted and is in exactly one forget set, and nothing else is.
   * Several intakes may each publish a request that comes to both; one intake may not.
   */
  boolean isExact(int intakes) {
    return accepted == sent
        && (acceptedAgain == 0 || intakes > 1)
        && closed == sent
        && closedAgain == 0
        && strange == 0
        && inSequence
        && deadLetters == 0;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("sent", sent);
    json.put("submissions", submissions);
    json.put("accepted", accepted);
    json.put("acceptedAgain", acceptedAgain);
    json.put("closed", closed);
    json.put("closedAgain", closedAgain);
    json.put("strange", strange);
    json.put("inSequence", inSequence);
    json.put("samples", samples);
    json.put("setsByTrigger", new TreeMap<>(setsByTrigger));
    json.put("deadLetters", deadLetters);
    return json;
  }
}
