package io.lethe.catalog.http;

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
    List<String> readers = List.of(Roles.AUDITOR, Roles.OPERATOR, Roles.APPROVER);
    List<String> movers = List.of(Roles.APPROVER);
    return List.of(
        new EndpointRule(Method.GET, "/v1/versions", readers),
        new EndpointRule(Method.GET, "/v1/refusals", readers),
        new EndpointRule(Method.POST, "/v1/versions/{version}/withdraw", movers),
        new EndpointRule(Method.POST, "/v1/versions/{version}/rollback", movers),
        new EndpointRule(Method.POST, "/v1/versions/{version}/promote", movers),
        new EndpointRule(Method.POST, "/v1/versions/{version}/pin", movers),
        new EndpointRule(Method.POST, "/v1/versions/{version}/unpin", movers),
        new EndpointRule(Method.POST, "/v1/canary", movers),
        new EndpointRule(Method.POST, "/v1/canary/end", movers),
        new EndpointRule(Method.POST, "/v1/override", movers),
        new EndpointRule(Method.POST, "/v1/override/approve", movers),
        new EndpointRule(Method.POST, "/v1/override/revoke", movers));
  }

  @Override
  protected String idInPaths() {
    return "1";
  }
}
