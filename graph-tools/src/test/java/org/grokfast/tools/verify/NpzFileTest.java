package org.grokfast.tools.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.io.GraphFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays of NumPy. */
class NpzFileTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("a.npz");
  }

  @Test
  void anArrayIsRead() throws IOException {
    NpzFile.Array array = NpzFile.read(Npz.floats(file(), "x", "2, 1", 1.5f, -2f)).get("x");
    assertThat(array.type()).isEqualTo("f4");
    assertThat(array.shape()).containsExactly(2L, 1L);
    assertThat(array.data().getFloat(4)).isEqualTo(-2f);
  }

  @Test
  void aScalarOfVersionTwoIsRead() throws IOException {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (), }";
    NpzFile.Array array = NpzFile.read(Npz.write(file(), "n", 2, header, new byte[] {7})).get("n");
    assertThat(array.shape()).isEmpty();
    assertThat(array.data().get(0)).isEqualTo((byte) 7);
  }

  @Test
  void bigEndianFortranOrderAndWrongLengthsAreRefused() throws IOException {
    refuse("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 4, "little-endian");
    refuse("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", 4, "Fortran order");
    refuse("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 4, "should have 8 bytes");
  }

  private void refuse(String header, int bytes, String message) throws IOException {
    Path written = Npz.write(file(), "x", 1, header, new byte[bytes]);
    assertThatThrownBy(() -> NpzFile.read(written))
        .isInstanceOf(GraphFileException.class)
        .hasMessageContaining("array 'x'")
        .hasMessageContaining(message);
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Files.writeString(file(), "no zip");
    assertThatThrownBy(() -> NpzFile.read(file())).hasMessageContaining("no npz file");
  }
}
