package org.grokfast.models.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.grokfast.io.DurableFiles;
import org.grokfast.models.TrainingException;

/**
 * Fetches files over HTTP, compressed, and checks them before they get their name: a file that is
 * there is whole and right.
 */
public final class Download {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
  private static final int OK = 200;
  private static final int BUFFER = 1 << 16;

  private final URI base;
  private final DownloadListener listener;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /**
   * Downloads from below an address.
   *
   * @param base an http or https address of a folder, with or without a slash at the end
   * @throws TrainingException if it is no such address
   */
  public Download(String base, DownloadListener listener) {
    this.base = parse(base);
    this.listener = listener;
  }

  private static URI parse(String base) {
    if (base.matches("https?://[^/\\s]+\\S*")) {
      return URI.create(base.endsWith("/") ? base : base + "/");
    }
    throw new TrainingException(
        "'" + base + "' is no address to download from; expected http://... or https://...");
  }

  /**
   * Fetches a file into a folder, which is made if it isn't there.
   *
   * @return where it lies, compressed
   * @throws TrainingException if it can't be had or is not what it has to be; nothing is left then
   */
  public Path fetch(CheckedFile file, Path folder) {
    Path target = folder.resolve(file.name() + CheckedFile.COMPRESSED);
    URI source = base.resolve(target.getFileName().toString());
    try {
      Files.createDirectories(folder);
      // The ending tells that it's compressed, also while it's checked.
      Path temporary = Files.createTempFile(folder, ".download-", CheckedFile.COMPRESSED);
      try {
        receive(source, file.name(), temporary);
        file.content(temporary);
        DurableFiles.rename(temporary, target);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (CheckedFile.WrongContentException e) {
      throw new TrainingException("what " + source + " gives " + e.getMessage(), e);
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new TrainingException("cannot download " + source + ": " + reason, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingException("the download of " + source + " was interrupted", e);
    }
    return target;
  }

  private void receive(URI source, String name, Path target)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(source).timeout(ANSWER_TIMEOUT).build();
    HttpResponse<InputStream> response =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body();
        OutputStream out = Files.newOutputStream(target)) {
      if (response.statusCode() != OK) {
        throw new IOException("the server answered " + response.statusCode() + ", expected " + OK);
      }
      long total = response.headers().firstValueAsLong("content-length").orElse(-1);
      byte[] buffer = new byte[BUFFER];
      long received = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        received += read;
        listener.onBytes(name, received, total);
      }
    }
  }
}
