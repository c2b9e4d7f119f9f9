package org.grokfast.models.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.grokfast.models.data.DownloadListener;
import org.grokfast.models.data.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistFilesTest {
  private static final Map<String, byte[]> CONTENT =
      Map.of(
          "train-images-idx3-ubyte", IdxBytes.images(3),
          "train-labels-idx1-ubyte", IdxBytes.labels(1, 2, 3),
          "t10k-images-idx3-ubyte", IdxBytes.images(2),
          "t10k-labels-idx1-ubyte", IdxBytes.labels(4, 5));
  private static final MnistFiles FILES =
      new MnistFiles(
          Payload.describe("train-images-idx3-ubyte", IdxBytes.images(3)),
          Payload.describe("train-labels-idx1-ubyte", IdxBytes.labels(1, 2, 3)),
          Payload.describe("t10k-images-idx3-ubyte", IdxBytes.images(2)),
          Payload.describe("t10k-labels-idx1-ubyte", IdxBytes.labels(4, 5)));

  @TempDir Path folder;

  private void writeAll() throws IOException {
    for (Map.Entry<String, byte[]> file : CONTENT.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  @Test
  void plainAndCompressedFilesMayBeMixed() throws IOException {
    writeAll();
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte.gz"), Payload.gzip(IdxBytes.labels(4, 5)));
    MnistFiles.Images images = FILES.readFolder(folder);
    assertThat(images.training().count()).isEqualTo(3);
    assertThat(images.test().labels(new int[] {0, 1})).containsExactly(4, 5);
  }

  @Test
  void aMissingFileIsAnErrorThatSaysWhereItWasExpected() throws IOException {
    writeAll();
    Files.delete(folder.resolve("t10k-images-idx3-ubyte"));
    assertThatThrownBy(() -> FILES.readFolder(folder))
        .hasMessage(
            "'"
                + folder.resolve("t10k-images-idx3-ubyte")
                + "' is missing; expected the four IDX files of MNIST there, plain or with .gz;"
                + " models/data/README.md says how to fetch them, also without this download");
  }

  @Test
  void renamedFilesAreAnErrorThatSaysWhichTheyAre() throws IOException {
    writeAll();
    Files.write(folder.resolve("train-images-idx3-ubyte"), IdxBytes.images(2));
    assertThatThrownBy(() -> FILES.readFolder(folder))
        .hasMessage(
            "'"
                + folder.resolve("train-images-idx3-ubyte")
                + "' holds t10k-images-idx3-ubyte; the files were renamed. Name them as they were");
  }

  @Test
  void aWrongFileIsAnError() throws IOException {
    writeAll();
    Files.write(folder.resolve("train-labels-idx1-ubyte"), IdxBytes.labels(1, 2, 4));
    assertThatThrownBy(() -> FILES.readFolder(folder))
        .hasMessageContaining("train-labels-idx1-ubyte' has the SHA-256 ");
  }

  @Test
  void aDownloadFetchesWhatIsMissing() throws IOException {
    Files.write(folder.resolve("train-images-idx3-ubyte"), IdxBytes.images(3));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    CONTENT.forEach(
        (name, content) ->
            server.createContext(
                "/" + name + ".gz",
                exchange -> {
                  byte[] zip = Payload.gzip(content);
                  exchange.sendResponseHeaders(200, zip.length);
                  exchange.getResponseBody().write(zip);
                  exchange.close();
                }));
    server.start();
    try {
      String address = "http://localhost:" + server.getAddress().getPort();
      FILES.download(folder, address, DownloadListener.NONE);
      assertThat(FILES.readFolder(folder).training().labels(new int[] {2})).containsExactly(3);
      assertThat(folder.resolve("train-images-idx3-ubyte.gz")).doesNotExist();
      assertThatThrownBy(
              () ->
                  MnistFiles.PUBLISHED.download(
                      folder.resolve("other"), address + "/nowhere", DownloadListener.NONE))
          .hasMessageContaining("the server answered 404")
          .hasMessageEndingWith("how to fetch them, also without this download");
    } finally {
      server.stop(0);
    }
  }
}
