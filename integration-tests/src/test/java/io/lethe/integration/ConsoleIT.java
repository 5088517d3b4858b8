package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lethe.schemas.Topics;
import io.lethe.schemas.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/**
 * The operators' console in a browser, over the services as they run. Its pictures go to the docs
 * with {@code -Dlethe.docs.write=true}, and else to the build folder.
 */
class ConsoleIT {
  private static final List<String> VIEWS =
      List.of(
          "obligations", "forget-sets", "versions", "gates", "servers", "dead-letters", "requests");
  private static final Path PICTURES =
      Boolean.getBoolean("lethe.docs.write")
          ? LetheCommand.HOME.resolve("docs/operating/images")
          : Path.of("target", "console");
  private static final Duration UNLEARNING_PATIENCE = Duration.ofMinutes(4);
  private static final String WHY_PINNED = "while a fault is looked for";
  private static final By HEADING = By.cssSelector("main h1");

  private static Browser browser;
  private static DevelopmentStack stack;
  private static Service ledger;

  @BeforeAll
  static void start() {
    browser = Browser.start();
    stack = DevelopmentStack.get();
    ledger = stack.service("erasure-ledger");
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void signIn() {
    browser.resize(Browser.WIDE_PIXELS);
    browser.preferDark(false);
    signInAs(stack.token());
  }

  @Test
  void shouldFollowARequestFromItsSubmissionToItsReceipt() {
    String requestId = Requests.eraseAll(stack, DevelopmentStack.takeSubject());

    show("obligations");
    browser.awaitText(requestId.substring(0, 12));
    browser.click(By.cssSelector("a[href='#/requests/" + requestId + "']"));
    browser.awaitText("Accepted: every in-sync replica of the broker holds it");
    browser.awaitText("Suppressed: out of the prompts of every live server");
    browser.awaitText("Its forget set closed", UNLEARNING_PATIENCE);

    show("forget-sets");
    browser.awaitText("student", UNLEARNING_PATIENCE);
    browser.find(By.cssSelector("svg.curve polyline"));
    picture("forget-set");

    show("requests/" + requestId);
    browser.awaitText("A version that has forgotten it was released", UNLEARNING_PATIENCE);
    browser.awaitText("Completed: the receipt was issued", UNLEARNING_PATIENCE);
    browser.awaitText("Gates of version");
    JsonNode done = Requests.awaitCompleted(stack, requestId);
    assertThat(browser.text())
        .contains(requestId, done.required("subjectRef").asText(), "server-1, server-2");
    assertNoViolation("the story");
    picture("story");

    browser.click(By.cssSelector("a[href$='/page']"));
    browser.awaitText("Receipt of erasure");
    assertThat(browser.text())
        .contains(requestId, done.required("subjectRef").asText(), "c2sp.org/tlog-proof@v1");
    assertNoViolation("the receipt");
    browser.resize(Browser.NARROW_PIXELS);
    assertThat(browser.overflowsSideways()).as("the receipt at 400 pixels").isFalse();
    browser.resize(Browser.WIDE_PIXELS);
    picture("receipt");
  }

  @Test
  void shouldHaveNoAccessibilityViolationInAnyViewWideOrNarrowLightOrDark() {
    for (String view : VIEWS) {
      show(view);
      browser.find(By.cssSelector("main h2, main form"));
      for (boolean dark : List.of(false, true)) {
        browser.preferDark(dark);
        for (int width : List.of(Browser.WIDE_PIXELS, Browser.NARROW_PIXELS)) {
          browser.resize(width);
          assertNoViolation(view + (dark ? ", dark, " : ", light, ") + width + " pixels");
          assertThat(browser.overflowsSideways()).as(view + " at " + width).isFalse();
        }
      }
      browser.resize(Browser.WIDE_PIXELS);
      browser.preferDark(view.equals("versions"));
      if (!view.equals("requests") && !view.equals("forget-sets")) {
        picture(view);
      }
      browser.preferDark(false);
    }
    show("obligations");
    browser.resize(Browser.NARROW_PIXELS);
    picture("obligations-narrow");
  }

  @Test
  void shouldBeUsableByTheKeyboardAlone() {
    browser.tabTo(By.cssSelector("a.skip"));
    browser.press(Keys.ENTER);
    assertThat(browser.focused()).isEqualTo("Obligations");

    browser.open(ledger.base() + "/");
    browser.find(HEADING);
    browser.tabTo(By.cssSelector("nav a[href='#/servers']"));
    browser.press(Keys.ENTER);
    browser.awaitText("What each replica serves");
    assertThat(browser.focused()).isEqualTo("Servers");
    assertThat(browser.title()).startsWith("Servers:");
    assertThat(browser.find(By.cssSelector("nav a[aria-current='page']")).getText())
        .isEqualTo("Servers");
  }

  @Test
  void shouldSendADeadLetterBackOnlyAfterADryRunAndAReason() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(KafkaSettings.bytesProducer(stack.bootstrapServers(), "console"))) {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.DELETION_SUBMITTED.name(),
                  "someone".getBytes(StandardCharsets.UTF_8),
                  "no Avro".getBytes(StandardCharsets.UTF_8)))
          .get();
    }
    show("dead-letters");
    browser.awaitText("deletion.submitted.dlq");
    By topic = By.cssSelector("select");
    browser.find(topic).sendKeys("deletion.submitted.dlq");
    assertThat(browser.has(By.cssSelector("button.act"))).isFalse();

    browser.click(By.cssSelector("form button[type='submit']"));
    browser.awaitText("would be sent back");
    assertThat(browser.find(By.cssSelector("button.act")).isEnabled()).isFalse();
    assertNoViolation("the dry run");
    picture("redrive");
    browser
        .find(By.xpath("//label[contains(., 'Why they are sent back')]/input"))
        .sendKeys("a test of the console");
    browser.click(By.cssSelector("button.act"));
    browser.awaitText("Done:");
    await("the ledger's own word of it")
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(ledger.get("/v1/dead-letters?state=REDRIVEN").body())
                    .contains("a test of the console"));
  }

  @Test
  void shouldTellInWordsWhichVersionIsPinnedAndWhatTheNextOneIsTriedOn() {
    Service approver =
        new Service(
            stack.service("adapter-catalog").base(),
            stack.token("anna", "release-approver", "erasure-auditor"));
    String pinned = pinCurrent(approver);
    try {
      String tenth = "{\"percent\": 10, \"why\": \"a test of the console\"}";
      assertThat(approver.post("/v1/canary", tenth).status()).isEqualTo(200);
      show("versions");
      browser.awaitText("current");
      browser.awaitText("Pinned since");
      browser.awaitText("The next version will be tried first on 10 % of the subjects");
      assertThat(browser.text()).contains(WHY_PINNED);
      assertNoViolation("a pinned version");
      browser.resize(Browser.NARROW_PIXELS);
      assertThat(browser.overflowsSideways()).as("a pinned version at 400 pixels").isFalse();
    } finally {
      String over = "{\"why\": \"the test is over\"}";
      approver.post("/v1/canary/end", over);
      approver.post("/v1/versions/" + pinned + "/unpin", over);
    }
  }

  /** Pins what is current; an exact version may take its place until then. */
  private static String pinCurrent(Service approver) {
    return await("a pin")
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              String current =
                  approver.get("/v1/versions").json().required("currentVersion").asText();
              Service.Answer answer =
                  approver.post(
                      "/v1/versions/" + current + "/pin", "{\"why\": \"" + WHY_PINNED + "\"}");
              return answer.status() == 200 ? current : null;
            },
            Objects::nonNull);
  }

  @Test
  void shouldOfferNothingThatTheCallerMayNotDo() {
    signInAs(stack.token("anna", "erasure-auditor"));
    show("dead-letters");
    browser.awaitText("Sending letters back needs the role erasure-operator");
    assertThat(browser.has(By.cssSelector("form"))).isFalse();
  }

  @Test
  void shouldLoadNothingFromAnywhereElse() {
    VIEWS.forEach(this::show);
    assertThat(browser.loaded()).isNotEmpty().allMatch(url -> url.startsWith(ledger.base()));
  }

  private static void signInAs(String token) {
    browser.forgetCookies();
    browser.open(ledger.base() + "/");
    browser.find(By.id("token"));
    assertNoViolation("the sign-in page");
    browser.script("document.getElementById('token').value = '" + token + "'");
    browser.click(By.cssSelector("button"));
    browser.find(HEADING);
  }

  /** Goes to a view and waits until it shows what the ledger answered. */
  private void show(String view) {
    browser.script("location.hash = '#/" + view + "'");
    String path = view.split("/")[0];
    browser.find(By.cssSelector("nav a[aria-current='page'][href='#/" + path + "']"));
    browser.awaitText("As of");
    browser.find(By.cssSelector("main h2, main form"));
  }

  private static void assertNoViolation(String what) {
    assertThat(browser.violations()).as(what).isEmpty();
  }

  private static void picture(String name) {
    browser.picture(PICTURES.resolve("console-" + name + ".png"));
  }
}
