package io.lethe.serving.http;

import io.lethe.schemas.access.Roles;
import io.lethe.testing.EndpointAccess;
import io.lethe.testing.EndpointRule;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Method;
import java.util.List;

@QuarkusTest
@TestProfile(OfflineProfile.class)
class EndpointAccessTest extends EndpointAccess {
  EndpointAccessTest() {
    super(rules());
  }

  static List<EndpointRule> rules() {
    return List.of(
        new EndpointRule(Method.POST, "/v1/recommendations", List.of()),
        new EndpointRule(Method.GET, "/v1/models", List.of()),
        new EndpointRule(Method.POST, "/v1/load_lora_adapter", List.of(Roles.OPERATOR)),
        new EndpointRule(Method.POST, "/v1/audit/scores", List.of(Roles.AUDITOR)));
  }
}
