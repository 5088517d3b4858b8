package io.lethe.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Chromium without a window, as Debian installs it; nothing is downloaded for it. */
final class Browser implements AutoCloseable {
  static final int WIDE_PIXELS = 1200;
  static final int NARROW_PIXELS = 400;
  private static final int HEIGHT_PIXELS = 900;
  private static final Path CHROMIUM =
      Path.of(System.getProperty("lethe.chromium", "/usr/bin/chromium"));
  private static final Path DRIVER =
      Path.of(System.getProperty("lethe.chromedriver", "/usr/bin/chromedriver"));
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts one; the test is skipped where there is none. */
  static Browser start() {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "skipped: no Chromium at "
            + CHROMIUM
            + " with its driver at "
            + DRIVER
            + "; apt-get install chromium chromium-driver, or name them by -Dlethe.chromium and"
            + " -Dlethe.chromedriver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars");
    Browser browser =
        new Browser(
            new ChromeDriver(
                new ChromeDriverService.Builder()
                    .usingDriverExecutable(new File(DRIVER.toString()))
                    .build(),
                options));
    browser.driver.manage().timeouts().scriptTimeout(PATIENCE);
    browser.resize(WIDE_PIXELS);
    return browser;
  }

  void open(String url) {
    driver.get(url);
  }

  /** Forgets who was signed in. */
  void forgetCookies() {
    driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
  }

  String title() {
    return driver.getTitle();
  }

  /** The page as it would be on a screen of that width. */
  void resize(int widthPixels) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            widthPixels,
            "height",
            HEIGHT_PIXELS,
            "deviceScaleFactor",
            1,
            "mobile",
            false));
  }

  void preferDark(boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  WebElement find(By by) {
    return await("the element " + by)
        .atMost(PATIENCE)
        .ignoreException(NoSuchElementException.class)
        .until(() -> driver.findElement(by), element -> element != null);
  }

  boolean has(By by) {
    return !driver.findElements(by).isEmpty();
  }

  void click(By by) {
    await("a click on " + by)
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(NoSuchElementException.class)
        .ignoreExceptionsInstanceOf(StaleElementReferenceException.class)
        .until(
            () -> {
              driver.findElement(by).click();
              return true;
            });
  }

  void awaitText(String text) {
    awaitText(text, PATIENCE);
  }

  void awaitText(String text, Duration limit) {
    await("the text " + text).atMost(limit).untilAsserted(() -> assertThat(text()).contains(text));
  }

  /** What the page shows. */
  String text() {
    return String.valueOf(script("return document.body.innerText"));
  }

  Object script(String script) {
    return driver.executeScript(script);
  }

  /** Presses keys where the focus is. */
  void press(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  /** Presses Tab until that element has the focus. */
  void tabTo(By by) {
    for (int presses = 0; presses < 60; presses++) {
      press(Keys.TAB);
      if (driver.switchTo().activeElement().equals(driver.findElement(by))) {
        return;
      }
    }
    throw new AssertionError("the keyboard does not reach " + by);
  }

  String focused() {
    return driver.switchTo().activeElement().getText();
  }

  /** What axe-core finds against WCAG 2.0 to 2.2, levels A and AA: rule and element each. */
  @SuppressWarnings("unchecked")
  List<String> violations() {
    if (!Boolean.TRUE.equals(script("return window.axe !== undefined"))) {
      driver.executeScript(axe());
    }
    return (List<String>)
        driver.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})
              .then((found) => done(found.violations.flatMap((rule) =>
                  rule.nodes.map((node) => rule.id + ': ' + node.html + ': ' + node.failureSummary))),
                (failure) => done(['axe failed: ' + failure]));
            """);
  }

  /** Whether the page is wider than the window, so that it must be moved sideways to be read. */
  boolean overflowsSideways() {
    return Boolean.TRUE.equals(
        script(
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth"));
  }

  /** Addresses of everything that the page loaded. */
  @SuppressWarnings("unchecked")
  List<String> loaded() {
    return (List<String>)
        script("return performance.getEntriesByType('resource').map((entry) => entry.name)");
  }

  /** Keeps what the window shows as a picture. */
  void picture(Path file) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }

  private static String axe() {
    try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
