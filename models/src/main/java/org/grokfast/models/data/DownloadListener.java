package org.grokfast.models.data;

/** Told how a download goes. */
@FunctionalInterface
public interface DownloadListener {
  /** Doesn't listen. */
  DownloadListener NONE = (file, bytes, total) -> {};

  /**
   * Some bytes have come.
   *
   * @param file the file's name
   * @param bytes how many have come so far
   * @param total how many there are; −1 if the server doesn't say
   */
  void onBytes(String file, long bytes, long total);
}
