package io.lethe.ledger.page;

import io.lethe.ledger.LedgerConfig;
import io.lethe.schemas.access.Roles;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * The operators' console: a page without content of its own, whose script asks the interface like
 * any other caller. What it may see is decided there.
 */
@Path("/")
public class ConsoleResource {
  /** The page's template, checked when the service is built. */
  @CheckedTemplate(basePath = "")
  static class Templates {
    static native TemplateInstance console(long refreshMillis);
  }

  private final LedgerConfig config;

  ConsoleResource(LedgerConfig config) {
    this.config = config;
  }

  @GET
  @Produces(MediaType.TEXT_HTML)
  @RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
  @Operation(summary = "Shows the operators' console.")
  public TemplateInstance show() {
    return Templates.console(config.pageRefresh().toMillis());
  }
}
