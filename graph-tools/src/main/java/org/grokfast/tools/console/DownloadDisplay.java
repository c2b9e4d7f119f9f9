package org.grokfast.tools.console;

import java.io.PrintWriter;
import java.util.Locale;
import org.grokfast.models.data.DownloadListener;

/** Shows how a download goes: a line for every tenth of a file. */
public final class DownloadDisplay implements DownloadListener {
  private static final int PARTS = 10;
  private static final double MEGABYTE = 1e6;

  private final PrintWriter err;
  private String current = "";
  private long shown;

  public DownloadDisplay(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void onBytes(String file, long bytes, long total) {
    if (!file.equals(current)) {
      current = file;
      shown = 0;
    }
    long part = total > 0 ? PARTS * bytes / total : bytes >> 20;
    if (part > shown) {
      shown = part;
      String of = total > 0 ? String.format(Locale.ROOT, " of %.1f", total / MEGABYTE) : "";
      err.printf(Locale.ROOT, "download %s: %.1f%s MB%n", file, bytes / MEGABYTE, of);
      err.flush();
    }
  }
}
