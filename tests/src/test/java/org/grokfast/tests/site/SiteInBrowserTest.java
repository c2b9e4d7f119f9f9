package org.grokfast.tests.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

/** The documentation's site in a browser, opened as files: what a reader sees and does. */
@Tag("process")
class SiteInBrowserTest {
  private static final Path ROOT = Path.of(System.getProperty("grokfast.root")).toAbsolutePath();

  @TempDir static Path site;
  private static ChromeDriver browser;

  @BeforeAll
  static void open() throws IOException {
    browser = Browser.open();
    Site.write(ROOT, site, false);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
  }

  @BeforeEach
  void load() {
    see(Browser.DESKTOP, "light");
    show("index.html");
  }

  private static void show(String page) {
    browser.get(site.resolve(page).toUri().toString());
  }

  private static void see(int width, String scheme) {
    Browser.see(browser, width, scheme);
  }

  private static List<String> pages() throws IOException {
    try (Stream<Path> files = Files.walk(site)) {
      return files
          .map(file -> Contents.slashes(site.relativize(file)))
          .filter(file -> file.endsWith(".html"))
          .sorted()
          .toList();
    }
  }

  /** Types into the search and waits for what it lists. */
  private static List<String> search(String words) {
    WebElement query = browser.findElement(By.id("query"));
    query.sendKeys(Keys.chord(Keys.CONTROL, "a"), words);
    browser.executeAsyncScript(
        """
        const done = arguments[arguments.length - 1];
        const look = () => document.getElementById("found").dataset.query
            === document.getElementById("query").value ? done() : requestAnimationFrame(look);
        look();
        """);
    return browser.findElements(By.cssSelector("#found b")).stream()
        .map(WebElement::getText)
        .toList();
  }

  @Test
  void everyPageOpensWithoutErrorsAndNeedsNothingFromElsewhere() throws IOException {
    List<String> faults = new ArrayList<>();
    for (String page : pages()) {
      show(page);
      browser
          .manage()
          .logs()
          .get(LogType.BROWSER)
          .getAll()
          .forEach(entry -> faults.add(page + ": " + entry.getMessage()));
      Object elsewhere =
          browser.executeScript(
              "return performance.getEntriesByType('resource').map(r => r.name)"
                  + ".filter(name => !/^(file|data):/.test(name)).join(' ')");
      if (!"".equals(elsewhere)) {
        faults.add(page + " loads " + elsewhere);
      }
      Object broken =
          browser.executeScript(
              "return [...document.images].filter(i => !i.complete || i.naturalWidth === 0)"
                  + ".map(i => i.src).join(' ')");
      if (!"".equals(broken)) {
        faults.add(page + " has pictures that can't be shown: " + broken);
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void onAPhoneNoPageScrollsSideways() throws IOException {
    see(Browser.PHONE, "light");
    List<String> wide = new ArrayList<>();
    for (String page : pages()) {
      show(page);
      Object width = browser.executeScript("return document.documentElement.scrollWidth");
      if (!Long.valueOf(Browser.PHONE).equals(width)) {
        wide.add(page + ": " + width);
      }
    }
    assertThat(wide).isEmpty();
  }

  @Test
  void onAPhoneThePagesAreBehindOneButton() {
    see(Browser.PHONE, "light");
    show("cli.html");
    By link = By.linkText("Filters");
    assertThat(browser.findElements(link)).noneMatch(WebElement::isDisplayed);
    browser.findElement(By.cssSelector("#menu > summary")).click();
    browser.findElement(link).click();
    assertThat(browser.getTitle()).isEqualTo("Filters · Grokfast");
  }

  @Test
  void inTheDarkThePageIsDark() {
    assertThat(background()).contains("255, 255, 255");
    see(Browser.DESKTOP, "dark");
    assertThat(background()).contains("15, 19, 24");
    // The browser changes the picture some frames after the colours; the script gives up in time.
    browser.executeAsyncScript(
        """
        const done = arguments[arguments.length - 1];
        const look = () =>
            document.querySelector('picture img').currentSrc.endsWith('equal-budgets-dark.svg')
                ? done() : requestAnimationFrame(look);
        look();
        """);
  }

  private static String background() {
    return browser.findElement(By.tagName("body")).getCssValue("background-color");
  }

  @Test
  void theSearchFindsASectionAndLeadsToIt() {
    assertThat(search("ring buffer")).anyMatch(line -> line.startsWith("The library › "));
    assertThat(search("checkpoints saver")).contains("The library › Checkpoints");
    browser.findElement(By.xpath("//b[.='The library › Checkpoints']")).click();
    assertThat(browser.getCurrentUrl()).endsWith("library.html#checkpoints");
  }

  @Test
  void theSearchFindsOptionsByTheirNamesAndBeginningsOfWords() {
    assertThat(search("--compensate-lr")).anyMatch(line -> line.startsWith("Command line › "));
    assertThat(search("orthog")).isNotEmpty();
    assertThat(search("xyzzyx")).isEmpty();
    assertThat(browser.findElement(By.id("found")).getText()).isEqualTo("Nothing found.");
  }

  @Test
  void theSearchWorksByKeysAlone() {
    browser.findElement(By.tagName("body")).sendKeys("/");
    WebElement query = browser.switchTo().activeElement();
    assertThat(query.getDomAttribute("id")).isEqualTo("query");
    search("hazards");
    query.sendKeys(Keys.ARROW_DOWN);
    browser.switchTo().activeElement().sendKeys(Keys.ENTER);
    assertThat(browser.getCurrentUrl()).contains("hazards.html");
  }
}
