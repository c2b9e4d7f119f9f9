package org.grokfast.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class AtomicOutputTest {
  private static final FolderKind SAVED_MODEL =
      new FolderKind("a SavedModel", folder -> Files.exists(folder.resolve("saved_model.pb")));

  @TempDir Path folder;

  @Test
  void writesAFileAndLeavesNothingElse() throws IOException {
    Path target = folder.resolve("out.pb");

    new AtomicOutput(target, Overwrite.REFUSE).writeFile(out -> out.write(7));

    assertThat(target).hasBinaryContent(new byte[] {7});
    assertThat(names()).containsExactly("out.pb");
  }

  @Test
  void refusesToOverwriteAFileUnlessToldTo() throws IOException {
    Path target = Files.writeString(folder.resolve("out.pb"), "old");

    assertThatThrownBy(
            () -> new AtomicOutput(target, Overwrite.REFUSE).writeFile(out -> out.write(7)))
        .isInstanceOf(GraphFileException.class)
        .hasMessage(
            target + ": already exists. Choose another output, or replace it with --force.");
    assertThat(target).hasContent("old");

    new AtomicOutput(target, Overwrite.REPLACE).writeFile(out -> out.write(7));
    assertThat(target).hasBinaryContent(new byte[] {7});
  }

  @Test
  void keepsThePermissionsOfAReplacedFile() throws IOException {
    Path target = Files.writeString(folder.resolve("out.pb"), "old");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));

    new AtomicOutput(target, Overwrite.REPLACE).writeFile(out -> out.write(7));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void replacesWhatALinkLeadsToAndKeepsTheLink() throws IOException {
    Path real = Files.writeString(folder.resolve("real.pb"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link.pb"), real);

    new AtomicOutput(link, Overwrite.REPLACE).writeFile(out -> out.write(7));

    assertThat(link).isSymbolicLink();
    assertThat(real).hasBinaryContent(new byte[] {7});
  }

  @Test
  void removesWhatADeadProcessLeftForTheSameOutputAndNothingElse() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    String mine = WriterProcess.label();
    String host = mine.substring(0, 8);
    String ended = host + "-" + dead.pid();
    Files.createDirectories(folder.resolve(".out.pb.grokfast-" + ended + "-00000001.tmp/inside"));
    Files.createFile(folder.resolve(".out.pb.grokfast-" + ended + "-00000002.tmp"));
    List<String> others =
        List.of(
            ".out.pb.grokfast-" + mine + "-00000003.tmp",
            ".out.pb.grokfast-"
                + (host.equals("00000000") ? "1" : "0")
                + "0000000-"
                + dead.pid()
                + "-00000004.tmp",
            ".other.pb.grokfast-" + ended + "-00000005.tmp",
            ".out.pb.grokfast-" + ended + "-00000006.tmp.bak",
            ".out.pb.grokfast-notes.tmp");
    for (String other : others) {
      Files.createFile(folder.resolve(other));
    }

    new AtomicOutput(folder.resolve("out.pb"), Overwrite.REFUSE).writeFile(out -> out.write(7));

    assertThat(names()).contains("out.pb").containsAll(others).hasSize(others.size() + 1);
  }

  @Test
  void aPreviousVersionIsRemovedOnlyWhereItsSuccessorIs() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    String old =
        ".out.pb.grokfast-"
            + WriterProcess.label().substring(0, 8)
            + "-"
            + dead.pid()
            + "-00000001.old";
    Files.createFile(folder.resolve(old));

    new AtomicOutput(folder.resolve("out.pb"), Overwrite.REFUSE).writeFile(out -> out.write(7));
    assertThat(names()).containsExactlyInAnyOrder("out.pb", old);

    new AtomicOutput(folder.resolve("out.pb"), Overwrite.REPLACE).writeFile(out -> out.write(8));
    assertThat(names()).containsExactly("out.pb");
  }

  @Test
  void aFullDiskLeavesTheOldFileWholeAndNothingElse() throws IOException {
    Path target = Files.writeString(folder.resolve("out.pb"), "old");
    AtomicOutput output = new AtomicOutput(target, Overwrite.REPLACE);

    assertThatThrownBy(
            () ->
                output.writeFile(
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }))
        .hasMessage(
            target
                + ": could not be written: No space left on device. Nothing was changed. Check"
                + " free space and permissions.");
    assertThat(target).hasContent("old");
    assertThat(names()).containsExactly("out.pb");
  }

  @Test
  void anExceptionWhileWritingAFolderLeavesTheOldOneWholeAndNothingElse() throws IOException {
    Path target = savedModel("model", "old");
    AtomicOutput output = new AtomicOutput(target, Overwrite.REPLACE);

    assertThatThrownBy(
            () ->
                output.writeFolder(
                    SAVED_MODEL,
                    place -> {
                      Files.writeString(place.resolve("half"), "half");
                      throw new IllegalStateException("stopped");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(target.resolve("saved_model.pb")).hasContent("old");
    assertThat(names()).containsExactly("model");
  }

  @Test
  void replacesASavedModelAsAWhole() throws IOException {
    Path target = savedModel("model", "old");
    Files.writeString(target.resolve("stale"), "stale");

    new AtomicOutput(target, Overwrite.REPLACE)
        .writeFolder(
            SAVED_MODEL, place -> Files.writeString(place.resolve("saved_model.pb"), "new"));

    assertThat(target.resolve("saved_model.pb")).hasContent("new");
    assertThat(target.resolve("stale")).doesNotExist();
    assertThat(names()).containsExactly("model");
  }

  @Test
  void neverReplacesAFolderThatIsNoSavedModel() throws IOException {
    Path target = Files.createDirectory(folder.resolve("photos"));
    Files.writeString(target.resolve("cat.jpg"), "cat");
    AtomicOutput output = new AtomicOutput(target, Overwrite.REPLACE);

    assertThatThrownBy(() -> output.writeFolder(SAVED_MODEL, place -> {}))
        .hasMessage(
            target
                + ": holds something other than a SavedModel and is not replaced, not even with"
                + " --force. Choose another output, or empty it.");
    assertThat(target.resolve("cat.jpg")).hasContent("cat");
  }

  @Test
  void saysWhereAnInterruptedReplacementLeftTheOldFolder() throws IOException {
    Path old = savedModel(".model.grokfast-0123abcd.old", "old");
    Path target = folder.resolve("model");
    String notice =
        "An interrupted run left the previous version as "
            + old
            + ": rename it to "
            + target
            + " to get it back, or delete it.";

    assertThatThrownBy(
            () -> new AtomicOutput(target, Overwrite.REPLACE).writeFolder(SAVED_MODEL, place -> {}))
        .hasMessage(target + ": does not exist. " + notice);
    assertThatThrownBy(() -> new InputBytes(ReadLimits.DEFAULTS).of(target))
        .hasMessageStartingWith(target + ": no such file or folder. " + notice);
    assertThat(old.resolve("saved_model.pb")).hasContent("old");
  }

  @Test
  void refusesPathsThatAreNoPlaceForTheOutput() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Path missing = folder.resolve("missing/out.pb");

    assertThatThrownBy(
            () -> new AtomicOutput(missing, Overwrite.REFUSE).writeFile(out -> out.write(1)))
        .hasMessage(
            missing
                + ": the folder "
                + missing.getParent()
                + " does not exist. Create it first (mkdir -p).");
    Path below = file.resolve("out.pb");
    assertThatThrownBy(
            () -> new AtomicOutput(below, Overwrite.REFUSE).writeFile(out -> out.write(1)))
        .hasMessage(below + ": " + file + " is no folder. Choose another output.");
    assertThatThrownBy(
            () -> new AtomicOutput(folder, Overwrite.REPLACE).writeFile(out -> out.write(1)))
        .hasMessage(folder + ": this is a folder. Give the path of a file.");
    assertThatThrownBy(
            () -> new AtomicOutput(file, Overwrite.REPLACE).writeFolder(SAVED_MODEL, place -> {}))
        .hasMessage(
            file + ": this is a file, but a SavedModel is a folder. Choose another output.");
    assertThatThrownBy(
            () ->
                new AtomicOutput(Path.of("/dev/null"), Overwrite.REPLACE)
                    .writeFile(out -> out.write(1)))
        .hasMessage(
            "/dev/null: not a regular file, so it can't be replaced. Use - for standard output.");
  }

  private Path savedModel(String name, String content) throws IOException {
    Path model = Files.createDirectory(folder.resolve(name));
    Files.writeString(model.resolve("saved_model.pb"), content);
    return model;
  }

  private List<String> names() throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
