package org.grokfast.tools.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.grokfast.io.GraphFileException;

/**
 * Reads the arrays of an {@code .npz} file: a zip of {@code .npy} files of version 1 or 2, numbers
 * little-endian and in C order.
 */
final class NpzFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_BYTES = 1 << 30;
  private static final Pattern DESCR = Pattern.compile("'descr': '([<|=>])([a-z])(\\d+)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order': True");
  private static final Pattern SHAPE = Pattern.compile("'shape': \\(([0-9, ]*)\\)");

  private NpzFile() {}

  /**
   * An array.
   *
   * @param type as NumPy spells it: {@code f4}
   * @param shape its dimensions
   * @param data its elements, little-endian
   */
  record Array(String type, List<Long> shape, ByteBuffer data) {}

  /**
   * Reads all arrays, by name.
   *
   * @throws GraphFileException if the file is no npz file, or holds what is not read
   */
  static Map<String, Array> read(Path file) {
    Map<String, Array> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName().replaceFirst("\\.npy$", "");
        try (InputStream in = zip.getInputStream(entry)) {
          byte[] bytes = in.readNBytes(MAX_BYTES);
          arrays.put(name, array(file + ": array '" + name + "'", bytes));
        }
      }
    } catch (ZipException e) {
      throw new GraphFileException(
          file + ": no npz file (" + e.getMessage() + "). Write it with numpy.savez.", e);
    } catch (IOException e) {
      throw new GraphFileException(file + ": cannot be read: " + e.getMessage(), e);
    }
    return arrays;
  }

  private static Array array(String where, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < MAGIC.length; i++) {
      if (bytes.length < 12 || bytes[i] != MAGIC[i]) {
        throw new GraphFileException(where + " is no npy file");
      }
    }
    int version = bytes[MAGIC.length];
    if (version != 1 && version != 2) {
      throw new GraphFileException(where + " has npy version " + version + "; 1 and 2 are read");
    }
    buffer.position(8);
    int length = version == 1 ? Short.toUnsignedInt(buffer.getShort()) : buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw new GraphFileException(where + " ends within its header");
    }
    String header = new String(bytes, buffer.position(), length, StandardCharsets.ISO_8859_1);
    buffer.position(buffer.position() + length);
    Matcher descr = DESCR.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!descr.find() || !shape.find() || descr.group(1).equals(">")) {
      throw new GraphFileException(
          where + " has the header " + header.strip() + "; little-endian numbers are read");
    }
    if (FORTRAN.matcher(header).find()) {
      throw new GraphFileException(
          where + " is in Fortran order; save numpy.ascontiguousarray(array) instead");
    }
    List<Long> dims = new ArrayList<>();
    long elements = Integer.parseInt(descr.group(3));
    for (String dim : shape.group(1).split(",", -1)) {
      if (!dim.isBlank()) {
        dims.add(Long.parseLong(dim.strip()));
        elements = Math.multiplyExact(elements, dims.get(dims.size() - 1));
      }
    }
    if (elements != buffer.remaining()) {
      throw new GraphFileException(
          where + " should have " + elements + " bytes of data, has " + buffer.remaining());
    }
    return new Array(
        descr.group(2) + descr.group(3), dims, buffer.slice().order(ByteOrder.LITTLE_ENDIAN));
  }
}
