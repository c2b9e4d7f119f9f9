package org.grokfast.models.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Texts in UTF-8 that lie beside classes. */
public final class ResourceText {
  private ResourceText() {}

  /**
   * The text of a file.
   *
   * @param owner a class of the package that the file is in
   * @throws UncheckedIOException if there is none
   */
  public static String beside(Class<?> owner, String file) {
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new FileNotFoundException("no such file beside " + owner.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
