package io.lethe.ledger.page;

import io.lethe.ledger.LedgerConfig;
import io.lethe.ledger.deadletter.DeadLetterTable;
import io.lethe.ledger.domain.ServerTable;
import io.lethe.ledger.follow.Ledger;
import io.lethe.ledger.follow.LedgerView;
import io.lethe.schemas.access.Roles;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The operators' console. */
@Path("/")
public class ConsoleResource {
  private static final int REQUESTS_SHOWN_MAX = 100;

  /** The page's template, checked when the service is built. */
  @CheckedTemplate(basePath = "")
  static class Templates {
    static native TemplateInstance console(ConsolePage page);
  }

  private final Ledger ledger;
  private final ConsolePages pages;
  private final LedgerConfig config;
  private final Clock clock;

  ConsoleResource(
      Ledger ledger,
      LedgerView view,
      ServerTable servers,
      DeadLetterTable deadLetters,
      LedgerConfig config,
      Clock clock) {
    this.ledger = ledger;
    this.pages = new ConsolePages(view, servers, deadLetters);
    this.config = config;
    this.clock = clock;
  }

  @GET
  @Produces(MediaType.TEXT_HTML)
  @RolesAllowed({Roles.AUDITOR, Roles.OPERATOR})
  @Operation(summary = "Shows the operators' console.")
  public TemplateInstance show() {
    return Templates.console(
        pages.page(
            ledger.fault(),
            Math.min(REQUESTS_SHOWN_MAX, config.listMax()),
            config.pageRefresh(),
            clock.instant()));
  }
}
