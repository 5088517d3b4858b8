package io.lethe.intake.http;

import io.lethe.intake.FakeKafka;
import io.lethe.schemas.access.Roles;
import io.lethe.testing.EndpointAccess;
import io.lethe.testing.EndpointRule;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Method;
import java.util.List;

@QuarkusTest
@TestProfile(FakeKafka.Profile.class)
class EndpointAccessTest extends EndpointAccess {
  EndpointAccessTest() {
    super(rules());
  }

  static List<EndpointRule> rules() {
    return List.of(
        new EndpointRule(
            Method.POST, "/v1/deletion-requests/{id}/extension", List.of(Roles.OPERATOR)),
        new EndpointRule(Method.POST, "/v1/deletion-requests", List.of(Roles.PRODUCER)),
        new EndpointRule(
            Method.GET,
            "/v1/deletion-requests/{id}",
            List.of(Roles.PRODUCER, Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(
            Method.DELETE, "/v1/deletion-requests/{id}", List.of(Roles.PRODUCER, Roles.OPERATOR)));
  }
}
