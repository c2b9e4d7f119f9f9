package org.grokfast.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path folder;

  @Test
  void aGivenFolderGoesBeforeThatOfTheEnvironment() {
    Map<String, String> environment = Map.of(DataFolder.VARIABLE, "/nowhere");
    assertThat(DataFolder.find(Optional.of(folder), "mnist", environment)).contains(folder);
  }

  @Test
  void aFolderOfTheDataSetsNameIsTakenInItsPlace() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("qm9"));
    Map<String, String> environment = Map.of(DataFolder.VARIABLE, folder.toString());
    assertThat(DataFolder.find(Optional.empty(), "qm9", environment)).contains(inner);
    assertThat(DataFolder.find(Optional.empty(), "mnist", environment)).contains(folder);
  }

  @Test
  void withoutEitherThereIsNone() {
    assertThat(DataFolder.find(Optional.empty(), "mnist", Map.of())).isEmpty();
    assertThat(DataFolder.find(Optional.empty(), "mnist", Map.of(DataFolder.VARIABLE, "")))
        .isEmpty();
  }

  @Test
  void aFolderThatIsNotThereIsAnErrorThatSaysWhoNamedIt() {
    Map<String, String> environment = Map.of(DataFolder.VARIABLE, "/no/where");
    assertThatThrownBy(() -> DataFolder.find(Optional.empty(), "mnist", environment))
        .hasMessage(
            "'/no/where' is no folder; expected the one with the files of mnist, as GROKFAST_DATA"
                + " says");
    assertThatThrownBy(() -> DataFolder.find(Optional.of(Path.of("/no")), "qm9", environment))
        .hasMessage("'/no' is no folder; expected the one with the files of qm9");
  }
}
