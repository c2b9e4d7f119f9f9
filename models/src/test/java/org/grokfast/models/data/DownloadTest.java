package org.grokfast.models.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server on this machine. */
class DownloadTest {
  private static final byte[] CONTENT = "abc".repeat(1_000).getBytes(UTF_8);
  private static final CheckedFile FILE = Payload.describe("letters", CONTENT);

  @TempDir Path folder;
  private HttpServer server;
  private byte[] answer = Payload.gzip(CONTENT);

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/set/letters.gz",
        exchange -> {
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.createContext(
        "/short/letters.gz",
        exchange -> {
          // Promises more than it sends.
          exchange.sendResponseHeaders(200, answer.length + 100);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  private void assertNothingIsLeft() {
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileThatWasFetchedIsTheRightOneAndItsProgressWasTold() {
    List<Long> received = new ArrayList<>();
    Download download =
        new Download(
            address("/set"),
            (name, bytes, total) -> {
              assertThat(name).isEqualTo("letters");
              assertThat(total).isEqualTo(answer.length);
              received.add(bytes);
            });
    Path inner = folder.resolve("new/folder");
    assertThat(FILE.read(download.fetch(FILE, inner))).isEqualTo(CONTENT);
    assertThat(received).isSorted().last().isEqualTo((long) answer.length);
    assertThat(inner).isDirectoryContaining(path -> path.endsWith("letters.gz"));
  }

  @Test
  void aWrongContentIsAnErrorAndLeavesNothing() {
    byte[] other = CONTENT.clone();
    other[0]++;
    answer = Payload.gzip(other);
    assertThatThrownBy(
            () -> new Download(address("/set/"), DownloadListener.NONE).fetch(FILE, folder))
        .hasMessageStartingWith("what " + address("/set/letters.gz") + " gives has the SHA-256 ")
        .hasMessageEndingWith("expected " + FILE.sha256());
    assertNothingIsLeft();
  }

  @Test
  void aFileThatTheServerCutsOffIsAnErrorAndLeavesNothing() {
    byte[] whole = answer;
    answer = Arrays.copyOf(whole, whole.length / 2);
    assertThatThrownBy(
            () -> new Download(address("/set"), DownloadListener.NONE).fetch(FILE, folder))
        .hasMessageContaining("it was cut off");
    assertNothingIsLeft();
    assertThatThrownBy(
            () -> new Download(address("/short"), DownloadListener.NONE).fetch(FILE, folder))
        .hasMessageStartingWith("cannot download " + address("/short/letters.gz") + ": ");
    assertNothingIsLeft();
  }

  @Test
  void whatTheServerDoesNotHaveIsAnErrorThatSaysSo() {
    assertThatThrownBy(
            () -> new Download(address("/no"), DownloadListener.NONE).fetch(FILE, folder))
        .hasMessage(
            "cannot download "
                + address("/no/letters.gz")
                + ": the server answered 404, expected 200");
    assertNothingIsLeft();
  }

  @Test
  void aServerThatIsNotThereIsAnErrorThatNamesTheAddress() {
    String address = address("/set");
    server.stop(0);
    assertThatThrownBy(() -> new Download(address, DownloadListener.NONE).fetch(FILE, folder))
        .hasMessageStartingWith("cannot download " + address + "/letters.gz: ");
    assertThat(Files.exists(folder.resolve("letters.gz"))).isFalse();
  }

  @Test
  void anAddressHasToBeOneOfTheWeb() {
    for (String address : List.of("", "ftp://host/x", "http://", "mirror", "https://a b")) {
      assertThatThrownBy(() -> new Download(address, DownloadListener.NONE))
          .hasMessage(
              "'"
                  + address
                  + "' is no address to download from; expected http://... or https://...");
    }
  }
}
