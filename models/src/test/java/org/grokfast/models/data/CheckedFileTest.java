package org.grokfast.models.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckedFileTest {
  private static final byte[] CONTENT = "abc".repeat(1_000).getBytes(UTF_8);
  private static final CheckedFile FILE = Payload.describe("letters", CONTENT);

  @TempDir Path folder;

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  @Test
  void aFileIsReadPlainOrCompressed() throws IOException {
    assertThat(FILE.in(folder)).isEmpty();
    Path compressed = write("letters.gz", Payload.gzip(CONTENT));
    assertThat(FILE.in(folder)).contains(compressed);
    assertThat(FILE.read(compressed)).isEqualTo(CONTENT);
    Path plain = write("letters", CONTENT);
    assertThat(FILE.in(folder)).contains(plain);
    assertThat(FILE.read(plain)).isEqualTo(CONTENT);
  }

  @Test
  void aFileThatWasCutOffIsAnError() throws IOException {
    Path plain = write("letters", Arrays.copyOf(CONTENT, 2_999));
    assertThatThrownBy(() -> FILE.read(plain))
        .hasMessage(
            "'"
                + plain
                + "' holds 2999 bytes, expected 3000: it was cut off. Remove it and fetch"
                + " it again");
    byte[] zip = Payload.gzip(CONTENT);
    Path compressed = write("letters.gz", Arrays.copyOf(zip, zip.length - 12));
    assertThatThrownBy(() -> FILE.read(compressed))
        .hasMessageContaining("ends amid the compressed data: it was cut off");
  }

  @Test
  void aFileThatIsTooLongOrOtherwiseWrongIsAnError() throws IOException {
    Path longer = write("letters", Arrays.copyOf(CONTENT, 3_001));
    assertThatThrownBy(() -> FILE.read(longer))
        .hasMessageContaining("holds more than the 3000 bytes expected");
    byte[] other = CONTENT.clone();
    other[1_500]++;
    Path changed = write("letters", other);
    assertThatThrownBy(() -> FILE.read(changed))
        .hasMessageContaining("has the SHA-256 " + Payload.describe("x", other).sha256())
        .hasMessageContaining("expected " + FILE.sha256());
    Path noZip = write("letters.gz", CONTENT);
    assertThatThrownBy(() -> FILE.read(noZip))
        .hasMessageContaining("is no gzip file, or a damaged one");
  }
}
