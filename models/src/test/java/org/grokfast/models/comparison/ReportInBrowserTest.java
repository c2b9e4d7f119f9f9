package org.grokfast.models.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;

/** The page of a comparison in a browser: what a reader sees and does. */
@Tag("process")
class ReportInBrowserTest {
  private static final int BLUE = 0x0072b2;
  private static final int ORANGE = 0xe69f00;

  @TempDir static Path folder;
  private static ChromeDriver browser;

  @BeforeAll
  static void open() throws IOException {
    Optional<Path> chromium = installed("chromium");
    Optional<Path> driver = installed("chromedriver");
    assumeTrue(
        chromium.isPresent() && driver.isPresent(),
        "needs chromium and chromedriver on the PATH (Debian: chromium, chromium-driver)");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.get().toFile());
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.get().toFile())
                .usingAnyFreePort()
                .build(),
            options);
    Comparison comparison =
        Comparisons.of(
            "plain",
            Comparisons.result(Comparisons.arm("plain"), 300, 400, 500),
            Comparisons.result(Comparisons.arm("fast"), 100, 200, 250),
            Comparisons.result(Comparisons.cell("plain", "1", "0"), 900, 900, 900),
            Comparisons.result(Comparisons.cell("fast", "1", "0"), 300, 300, 300),
            new ArmResult(
                Comparisons.arm("probed"),
                List.of(Comparisons.probed(Comparisons.run(0, 300), 2))));
    Files.writeString(page(), HtmlReport.of(comparison));
  }

  private static Optional<Path> installed(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path page() {
    return folder.resolve("report.html");
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
  }

  @BeforeEach
  void load() {
    see(1200, 1000, "light");
    browser.get(page().toUri().toString());
  }

  private static void see(int width, int height, String scheme) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** How many pixels of the visible chart have nearly this colour. */
  private static long pixels(int colour) throws IOException {
    byte[] png = browser.findElement(By.id("chart")).getScreenshotAs(OutputType.BYTES);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    long count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += distance(image.getRGB(x, y), colour) < 30 ? 1 : 0;
      }
    }
    return count;
  }

  private static int distance(int one, int other) {
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      sum += Math.abs((one >> shift & 0xff) - (other >> shift & 0xff));
    }
    return sum;
  }

  private static WebElement input(String name, String value) {
    return browser.findElement(By.cssSelector("input[name=" + name + "][value='" + value + "']"));
  }

  private static String readout() {
    return browser.findElement(By.id("readout")).getText();
  }

  @Test
  void theTablesAreSeenWholeOnADesktop() {
    see(1280, 1000, "light");
    assertThat(browser.findElements(By.cssSelector(".scroll"))).hasSizeGreaterThan(1);
    assertThat(
            browser.executeScript(
                "return [...document.querySelectorAll('.scroll')]"
                    + ".filter(e => e.scrollWidth > e.clientWidth).length"))
        .isEqualTo(0L);
  }

  @Test
  void thePageShowsItsCurvesWithoutErrorsOrAnythingFromElsewhere() throws IOException {
    assertThat(pixels(BLUE)).isGreaterThan(200);
    assertThat(pixels(ORANGE)).isGreaterThan(200);
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    assertThat(browser.executeScript("return performance.getEntriesByType('resource').length"))
        .isEqualTo(0L);
  }

  @Test
  void aClickOnAnArmHidesItsCurvesAndAnotherShowsThemAgain() throws IOException {
    long before = pixels(ORANGE);
    input("arm", "1").click();
    assertThat(pixels(ORANGE)).isZero();
    assertThat(pixels(BLUE)).isGreaterThan(200);
    assertThat(readout()).contains("plain ").doesNotContain("fast ");
    input("arm", "1").click();
    assertThat(pixels(ORANGE)).isEqualTo(before);
  }

  @Test
  void thePointerAndTheArrowKeysReadValues() {
    WebElement chart = browser.findElement(By.id("chart"));
    new Actions(browser).moveToElement(chart, 20, 0).perform();
    String pointed = readout();
    assertThat(pointed).startsWith("step ").contains("plain 10.0 %", "fast ");
    chart.sendKeys(org.openqa.selenium.Keys.HOME);
    assertThat(readout()).startsWith("step 10\n").contains("fast 10.0 % (10.0 % to 10.0 %)");
    chart.sendKeys(org.openqa.selenium.Keys.ARROW_RIGHT);
    assertThat(readout()).startsWith("step 20\n");
    chart.sendKeys(org.openqa.selenium.Keys.END);
    assertThat(readout()).startsWith("step 1,000\n").contains("plain 99.0 %");
  }

  @Test
  void theLossCanBeShownInstead() {
    input("quantity", "validationLoss").click();
    browser.findElement(By.id("chart")).sendKeys(org.openqa.selenium.Keys.HOME);
    assertThat(readout()).contains("plain 3.000 (2.000 to 4.000)");
    assertThat(browser.findElement(By.id("chart")).getDomAttribute("aria-label"))
        .isEqualTo("Curves of the validation loss");
  }

  /** A cosine below 0 has no place on the logarithmic axis of a loss. */
  @Test
  void whatProbesMeasuredIsDrawnOnAnAxisThatHasIt() throws IOException {
    input("quantity", "probe:weight-norm").click();
    browser.findElement(By.id("chart")).sendKeys(org.openqa.selenium.Keys.HOME);
    assertThat(readout()).contains("probed 20.00").doesNotContain("plain");
    int violet = 0xcc79a7;
    assertThat(pixels(violet)).isGreaterThan(200);
    input("quantity", "probe:cosine").click();
    assertThat(readout()).contains("probed -0.5000");
    assertThat(pixels(violet)).isGreaterThan(200);
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
  }

  @Test
  void onAPhoneNothingButTheTablesScrollsSideways() throws IOException {
    see(390, 844, "light");
    browser.navigate().refresh();
    assertThat(browser.executeScript("return document.documentElement.scrollWidth"))
        .isEqualTo(390L);
    assertThat(pixels(BLUE)).isGreaterThan(100);
    WebElement table = browser.findElement(By.cssSelector(".scroll"));
    assertThat(browser.executeScript("return arguments[0].scrollWidth > 390", table))
        .isEqualTo(true);
  }

  @Test
  void inTheDarkThePageAndItsAxesChangeWithTheSystem() throws IOException {
    long inkOnLight = pixels(0x1b1f24);
    see(1200, 1000, "dark");
    assertThat(browser.findElement(By.tagName("body")).getCssValue("background-color"))
        .contains("15, 19, 24");
    assertThat(pixels(0x0f1318)).isGreaterThan(100_000);
    assertThat(pixels(0xe6ebf0)).as("labels of the axes").isPositive();
    assertThat(inkOnLight).isPositive();
  }

  @Test
  void theHeatMapColoursWhatHelps() {
    WebElement cell = browser.findElement(By.cssSelector(".heat td.helps"));
    assertThat(cell.getText()).isEqualTo("3.00\n900 / 300; n 3");
    assertThat(cell.getCssValue("background-color")).doesNotContain("rgba(0, 0, 0, 0)");
  }
}
