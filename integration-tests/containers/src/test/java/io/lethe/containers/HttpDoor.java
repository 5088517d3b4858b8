package io.lethe.containers;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** An account system that sends a request again until it is accepted. */
final class HttpDoor {
  private static final int ACCEPTED = 202;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final URI uri;
  private final String token;

  HttpDoor(String address, String token) {
    this.uri = URI.create("http://" + address + "/v1/deletion-requests");
    this.token = token;
  }

  /** Sends a request until it is accepted; a refusal for good fails the test. */
  void submit(String requestId, String account, Duration patience) {
    await("202 for " + requestId)
        .atMost(patience)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> isAccepted(requestId, account));
  }

  private boolean isAccepted(String requestId, String account) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER_TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + token)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"requestId": "%s", "subject": "%s", "scope": {"kind": "ALL"}, "regime": "GDPR"}
                    """
                        .formatted(requestId, account)))
            .build();
    HttpResponse<String> answer;
    try {
      answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException away) {
      return false;
    }
    int status = answer.statusCode();
    if (status != ACCEPTED && status != TOO_MANY && status < SERVER_ERROR) {
      throw new IllegalStateException("refused with " + status + ": " + answer.body());
    }
    return status == ACCEPTED;
  }
}
