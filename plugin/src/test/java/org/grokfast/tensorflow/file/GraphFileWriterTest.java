package org.grokfast.tensorflow.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Overwrite;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

class GraphFileWriterTest {
  private final GraphFileReader reader = new GraphFileReader();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"adam.pb", "adam.pbtxt", "adam.meta", "sgd.meta.pbtxt", "saved_model"})
  void whatIsWrittenReadsBackTheSameInTheSameForm(String name) {
    GraphFile file = reader.read(Fixtures.path(name));
    Path target = folder.resolve("out");

    GraphFileWriter.write(file, target, Overwrite.REFUSE);

    GraphFile again = reader.read(target);
    assertThat(again.form()).isEqualTo(file.form());
    assertThat(again.message()).isEqualTo(file.message());
  }

  @Test
  void copiesAllOfASavedModelBesideTheGraph() throws IOException {
    Path target = folder.resolve("model");

    GraphFileWriter.write(reader.read(Fixtures.path("saved_model")), target, Overwrite.REFUSE);

    for (String name :
        new String[] {
          "assets/a.txt",
          "fingerprint.pb",
          "variables/variables.index",
          "variables/variables.data-00000-of-00001"
        }) {
      assertThat(target.resolve(name)).hasSameBinaryContentAs(Fixtures.path("saved_model/" + name));
    }
  }

  @Test
  void aSavedModelInTextFormStaysInTextForm() throws IOException {
    Path source = Files.createDirectory(folder.resolve("text"));
    Files.writeString(
        source.resolve("saved_model.pbtxt"),
        "saved_model_schema_version: 1 meta_graphs { meta_info_def { tags: \"serve\" } }");

    GraphFileWriter.write(reader.read(source), folder.resolve("out"), Overwrite.REFUSE);

    assertThat(folder.resolve("out/saved_model.pbtxt")).content().contains("tags: \"serve\"");
    assertThat(folder.resolve("out/saved_model.pb")).doesNotExist();
  }

  @Test
  void replacesASavedModelInPlace() throws IOException {
    Path model = folder.resolve("model");
    GraphFileWriter.write(reader.read(Fixtures.path("saved_model")), model, Overwrite.REFUSE);
    GraphDef other = Fixtures.graph(Fixtures.node("a", "NoOp"));

    GraphFileWriter.write(reader.read(model).withGraph(other), model, Overwrite.REPLACE);

    assertThat(reader.read(model).graph()).isEqualTo(other);
    assertThat(model.resolve("variables/variables.index")).exists();
  }

  @Test
  void refusesAnOutputWithinTheSavedModelThatIsRead() {
    Path model = folder.resolve("model");
    GraphFileWriter.write(reader.read(Fixtures.path("saved_model")), model, Overwrite.REFUSE);
    Path inside = model.resolve("out");

    assertThatThrownBy(() -> GraphFileWriter.write(reader.read(model), inside, Overwrite.REFUSE))
        .hasMessage(inside + ": lies inside the SavedModel that is read. Choose another output.");
  }

  @Test
  void refusesALinkThatLeadsOutOfTheSavedModelAndLeavesNothing() throws IOException {
    Path model = folder.resolve("model");
    GraphFileWriter.write(reader.read(Fixtures.path("saved_model")), model, Overwrite.REFUSE);
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    Files.createSymbolicLink(model.resolve("assets/b.txt"), secret);
    Path target = folder.resolve("out");

    assertThatThrownBy(() -> GraphFileWriter.write(reader.read(model), target, Overwrite.REFUSE))
        .hasMessage(
            model.toRealPath().resolve("assets/b.txt")
                + ": a symbolic link that leads out of the SavedModel is not followed. Give a"
                + " copy with the files themselves (cp -rL).");
    assertThat(target).doesNotExist();
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("model", "secret");
  }

  @Test
  void copiesTheContentOfALinkThatStaysInTheSavedModel() throws IOException {
    Path model = folder.resolve("model");
    GraphFileWriter.write(reader.read(Fixtures.path("saved_model")), model, Overwrite.REFUSE);
    Files.createSymbolicLink(model.resolve("assets/b.txt"), model.resolve("assets/a.txt"));

    GraphFileWriter.write(reader.read(model), folder.resolve("out"), Overwrite.REFUSE);

    assertThat(folder.resolve("out/assets/b.txt")).isRegularFile().hasContent("hi\nyou\n");
  }

  @Test
  void writesTheSameBytesWhateverTheOrderOfAMap() {
    String[] names = {"T", "shape", "dtype", "_class", "value", "container"};
    NodeDef.Builder forwards = Fixtures.node("a", "NoOp").toBuilder();
    NodeDef.Builder backwards = Fixtures.node("a", "NoOp").toBuilder();
    for (int i = 0; i < names.length; i++) {
      forwards.putAttr(names[i], AttrValue.getDefaultInstance());
      backwards.putAttr(names[names.length - 1 - i], AttrValue.getDefaultInstance());
    }

    for (GraphForm form : new GraphForm[] {GraphForm.GRAPH_DEF, GraphForm.GRAPH_DEF_TEXT}) {
      assertThat(bytes(form, forwards.build())).isEqualTo(bytes(form, backwards.build()));
    }
  }

  @Test
  void writesTextAsText() {
    byte[] bytes = bytes(GraphForm.GRAPH_DEF_TEXT, Fixtures.node("a", "NoOp"));

    assertThat(new String(bytes, StandardCharsets.UTF_8))
        .isEqualTo("node {\n  name: \"a\"\n  op: \"NoOp\"\n}\n");
  }

  @Test
  void aStreamThatFailsGivesOneMessage() {
    GraphFile file = reader.read(Fixtures.path("adam.pb"));
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new FileSystemException("No space left on device");
          }
        };

    assertThatThrownBy(() -> GraphFileWriter.write(file, full))
        .isInstanceOf(GraphFileException.class)
        .hasMessage("the output could not be written: No space left on device.");
  }

  private static byte[] bytes(GraphForm form, NodeDef node) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GraphFileWriter.write(new GraphDefFile("g", form, GraphParts.of(Fixtures.graph(node))), out);
    return out.toByteArray();
  }
}
