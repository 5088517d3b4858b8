package io.lethe.ledger.http;

import io.lethe.schemas.access.Roles;
import io.lethe.testing.EndpointAccess;
import io.lethe.testing.EndpointRule;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.Method;
import java.util.List;

@QuarkusTest
@TestProfile(LedgerInterface.WithoutBroker.class)
class EndpointAccessTest extends EndpointAccess {
  EndpointAccessTest() {
    super(rules());
  }

  static List<EndpointRule> rules() {
    return List.of(
        new EndpointRule(Method.GET, "/", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/requests", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(
            Method.GET, "/v1/requests/{requestId}", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(
            Method.GET, "/v1/requests/{requestId}/story", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/overview", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/obligations", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/forget-sets", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.POST, "/v1/forget-sets/redrive", List.of(Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/candidates", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/lineage", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/dead-letters", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.POST, "/v1/dead-letters/redrive", List.of(Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/servers", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/receipts/{id}", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(
            Method.GET, "/v1/receipts/{id}/proof", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(
            Method.GET, "/v1/receipts/{id}/page", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/requests/{requestId}/export", List.of(Roles.AUDITOR)),
        new EndpointRule(Method.GET, "/v1/callbacks", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.POST, "/v1/callbacks/{receiptId}/retry", List.of(Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/log/checkpoint", List.of()),
        new EndpointRule(Method.GET, "/v1/log/consistency", List.of()),
        new EndpointRule(Method.GET, "/v1/log/tile/{level}/{tile}", List.of()),
        new EndpointRule(
            Method.GET, "/v1/log/tile/entries/{tile}", List.of(Roles.AUDITOR, Roles.OPERATOR)),
        new EndpointRule(Method.GET, "/v1/public-key", List.of()));
  }

  /** It stores a token in the caller's own browser and tells nothing. */
  @Override
  protected List<String> open() {
    return List.of("POST /session");
  }

  @Override
  protected String contentType(EndpointRule rule) {
    return rule.path().equals("/") ? "text/html" : super.contentType(rule);
  }
}
