package io.lethe.ledger.http;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns every error into application/problem+json, without identity. */
public class ProblemMappers {
  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  @ServerExceptionMapper
  Response refused(RefusedException refused) {
    return Problem.answer(
        refused.status(), refused.type(), refused.title(), refused.getMessage(), refused.field());
  }

  @ServerExceptionMapper
  Response failed(WebApplicationException failed) {
    Response.StatusType status = failed.getResponse().getStatusInfo();
    return Problem.answer(
        status.getStatusCode(),
        "http-" + status.getStatusCode(),
        status.getReasonPhrase(),
        "The interface has no such resource or method; see /q/openapi for those it has.",
        null);
  }

  @ServerExceptionMapper
  Response unexpected(RuntimeException fault) {
    LOG.error("unexpected fault of the interface", fault);
    return Problem.answer(
        500,
        "fault",
        "A fault of the service",
        "The service failed to answer; ask again, and see its log if it stays so.",
        null);
  }
}
