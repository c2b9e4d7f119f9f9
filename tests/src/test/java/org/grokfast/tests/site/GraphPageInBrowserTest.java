package org.grokfast.tests.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.grokfast.tools.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import picocli.CommandLine;

/** The pages of {@code inspect --html} and {@code diff --html} in a browser. */
@Tag("process")
class GraphPageInBrowserTest {
  private static final Path GRAPH =
      CodeBlocks.ROOT.resolve("tests/src/test/resources/graphs/resource_adam.pb");

  @TempDir static Path folder;
  private static ChromeDriver browser;

  @BeforeAll
  static void open() {
    browser = Browser.open();
    run(0, "inspect", GRAPH, "--html", folder.resolve("inspect.html"));
    run(0, "rewrite", GRAPH, "-o", folder.resolve("filtered.pb"));
    run(1, "diff", GRAPH, folder.resolve("filtered.pb"), "--html", folder.resolve("diff.html"));
  }

  private static void run(int expected, Object... words) {
    String[] texts = List.of(words).stream().map(Object::toString).toArray(String[]::new);
    StringWriter err = new StringWriter();
    CommandLine program = Main.commandLineFor(texts);
    program.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err));
    assertThat(program.execute(texts)).as(err.toString()).isEqualTo(expected);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
  }

  private static void show(String page) {
    browser.get(folder.resolve(page).toUri().toString());
  }

  private static double width(WebElement picture) {
    return picture.getRect().getWidth();
  }

  @Test
  void aPictureIsMadeLargerAndSmallerAndFits() {
    Browser.see(browser, Browser.DESKTOP, "light");
    show("inspect.html");
    WebElement picture = browser.findElement(By.cssSelector(".picture svg"));
    WebElement view = browser.findElement(By.cssSelector(".view"));
    double before = width(picture);
    browser.findElement(By.cssSelector("[aria-label=Larger]")).click();
    assertThat(width(picture)).isGreaterThan(1.3 * before);
    browser.findElement(By.cssSelector("[aria-label=Smaller]")).click();
    browser.findElement(By.cssSelector("[aria-label=Smaller]")).click();
    assertThat(width(picture)).isLessThan(0.8 * before);
    browser.findElement(By.cssSelector("[data-zoom='0']")).click();
    assertThat(width(picture)).isLessThanOrEqualTo(width(view));
    // A policy that keeps the page's own script from running would say so here.
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
  }

  @Test
  void beforeAndAfterStandSideBySideAndOnAPhoneOverEachOther() {
    Browser.see(browser, Browser.DESKTOP, "light");
    show("diff.html");
    List<WebElement> views = browser.findElements(By.cssSelector(".pair .view"));
    assertThat(views.get(0).getLocation().getY()).isEqualTo(views.get(1).getLocation().getY());
    assertThat(views.get(1).getLocation().getX()).isGreaterThan(views.get(0).getLocation().getX());
    Browser.see(browser, Browser.PHONE, "light");
    assertThat(views.get(1).getLocation().getY()).isGreaterThan(views.get(0).getLocation().getY());
  }

  @Test
  void onAPhoneNothingButTablesAndPicturesScrollsSideways() {
    Browser.see(browser, Browser.PHONE, "light");
    for (String page : List.of("inspect.html", "diff.html")) {
      show(page);
      assertThat(browser.executeScript("return document.documentElement.scrollWidth"))
          .as(page)
          .isEqualTo((long) Browser.PHONE);
    }
  }

  @Test
  void inTheDarkThePageIsDark() {
    Browser.see(browser, Browser.DESKTOP, "dark");
    show("inspect.html");
    assertThat(browser.findElement(By.tagName("body")).getCssValue("background-color"))
        .contains("15, 19, 24");
  }
}
