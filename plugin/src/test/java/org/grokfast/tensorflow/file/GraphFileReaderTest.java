package org.grokfast.tensorflow.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.ReadLimits;
import org.grokfast.tensorflow.nodes.MetaGraphParts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.VersionDef;

class GraphFileReaderTest {
  private final GraphFileReader reader = new GraphFileReader();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "adam.pb, GRAPH_DEF",
    "adam.pbtxt, GRAPH_DEF_TEXT",
    "while.pb, GRAPH_DEF",
    "adam.meta, META_GRAPH",
    "sgd.meta.pbtxt, META_GRAPH_TEXT",
    "saved_model, SAVED_MODEL"
  })
  void recognisesRealFilesByContent(String name, GraphForm form) throws IOException {
    Path file = Fixtures.path(name);
    if (Files.isRegularFile(file)) {
      file = Files.copy(file, folder.resolve("misleading.meta.zip"));
    }

    assertThat(reader.recognise(file)).isEqualTo(form);
    assertThat(reader.read(file).form()).isEqualTo(form);
    assertThat(reader.read(file).graph().getNodeCount()).isPositive();
  }

  @Test
  void readsTheSameGraphFromAllItsForms() {
    GraphDef binary = reader.read(Fixtures.path("adam.pb")).graph();

    assertThat(reader.read(Fixtures.path("adam.pbtxt")).graph()).isEqualTo(binary);
    assertThat(reader.read(Fixtures.path("adam.meta")).graph().getNodeList())
        .extracting(NodeDef::getName)
        .containsExactlyElementsOf(binary.getNodeList().stream().map(NodeDef::getName).toList());
  }

  @Test
  void readsAStream() {
    GraphFile file =
        reader.read(
            new ByteArrayInputStream(Fixtures.bytes("adam.pb")), GraphFileReader.STANDARD_INPUT);

    assertThat(file.source()).isEqualTo("standard input");
    assertThat(file.graph()).isEqualTo(reader.read(Fixtures.path("adam.pb")).graph());
  }

  @Test
  void readsTheMessageOfASavedModelFromAStreamWithoutAFolder() {
    byte[] message = Fixtures.bytes("saved_model/saved_model.pb");

    SavedModelFile file =
        (SavedModelFile) reader.read(new ByteArrayInputStream(message), "standard input");

    assertThat(file.origin().folder()).isEmpty();
    assertThat(file.tagSets()).containsExactly(Set.of("serve"));
  }

  @Test
  void isNotChangedByChangesOfTheBytesReadFrom() {
    byte[] bytes = Fixtures.bytes("adam.pb");
    GraphFile file = reader.read(bytes, "bytes");
    Arrays.fill(bytes, (byte) 0);

    assertThat(file.graph()).isEqualTo(reader.read(Fixtures.path("adam.pb")).graph());
  }

  @Test
  void recognisesGraphsOfOneKindOfField() {
    GraphDef empty =
        GraphDef.newBuilder().setVersions(VersionDef.newBuilder().setProducer(1)).build();
    GraphDef functionsOnly =
        GraphDef.newBuilder()
            .setLibrary(
                FunctionDefLibrary.newBuilder()
                    .addFunction(
                        FunctionDef.newBuilder()
                            .setSignature(OpDef.newBuilder().setName("f"))
                            .addNodeDef(Fixtures.node("a", "NoOp"))))
            .build();
    GraphDef oneNode = Fixtures.graph(Fixtures.node("a", "NoOp"));

    assertThat(recognised(empty.toByteArray())).isEqualTo(GraphForm.GRAPH_DEF);
    assertThat(recognised(functionsOnly.toByteArray())).isEqualTo(GraphForm.GRAPH_DEF);
    assertThat(recognised(oneNode.toByteArray())).isEqualTo(GraphForm.GRAPH_DEF);
  }

  @Test
  void recognisesMetaGraphsOfOneKindOfField() {
    MetaGraphDef graphOnly =
        MetaGraphDef.newBuilder().setGraphDef(Fixtures.graph(Fixtures.node("a", "NoOp"))).build();
    MetaGraphDef tagsOnly =
        MetaGraphDef.newBuilder()
            .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags("serve"))
            .build();

    assertThat(recognised(graphOnly.toByteArray())).isEqualTo(GraphForm.META_GRAPH);
    assertThat(recognised(tagsOnly.toByteArray())).isEqualTo(GraphForm.META_GRAPH);
  }

  @Test
  void keepsFieldsItDoesNotKnow() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                4321,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("future"))
                    .build())
            .build();
    MetaGraphDef metaGraph =
        ((MetaGraphFile) reader.read(Fixtures.path("adam.meta")))
            .metaGraph().orElseThrow().toBuilder().setUnknownFields(unknown).build();

    GraphFile file = reader.read(metaGraph.toByteArray(), "bytes");
    GraphFile changed = file.withGraph(Fixtures.graph(Fixtures.node("a", "NoOp")));

    assertThat(changed.metaGraph().orElseThrow().getUnknownFields()).isEqualTo(unknown);
    assertThat(changed.metaGraph().orElseThrow().getSaverDef()).isEqualTo(metaGraph.getSaverDef());
    assertThat(changed.metaGraph().orElseThrow().getCollectionDefMap())
        .isEqualTo(metaGraph.getCollectionDefMap())
        .isNotEmpty();
  }

  @Test
  void readsCollectionsWhoseTextSpellsOutPackedMessages() {
    String text =
        """
        # comment
        collection_def {
          key: "saved_model_assets"
          value { any_list { value {
            [type.googleapis.com/tensorflow.AssetFileDef] { filename: "a.txt" }
          } } }
        }
        """;

    MetaGraphFile file = (MetaGraphFile) reader.read(text.getBytes(StandardCharsets.UTF_8), "text");

    CollectionDef assets =
        file.metaGraph().orElseThrow().getCollectionDefOrThrow("saved_model_assets");
    assertThat(assets.getAnyList().getValue(0).getValue().toStringUtf8()).contains("a.txt");
  }

  @Test
  void readsTextWithAByteOrderMarkAndLongStrings() {
    String text = "\uFEFFnode { name: \"" + "a".repeat(1_000_000) + "\" op: \"NoOp\" }";

    GraphFile file = reader.read(text.getBytes(StandardCharsets.UTF_8), "text");

    assertThat(file.graph().getNode(0).getName()).hasSize(1_000_000);
  }

  @Test
  void asksForTheTagSetOfASavedModelWithSeveralGraphs() {
    SavedModelFile file = twoGraphs();

    assertThat(file.select(Set.of("serve")).graph().getNode(0).getName()).isEqualTo("one");
    assertThat(file.select(Set.of("train", "gpu")).graph().getNode(0).getName()).isEqualTo("two");
    assertThatThrownBy(file::graph)
        .isInstanceOf(GraphFileException.class)
        .hasMessage(
            "model: the SavedModel has 2 graphs. Choose one by its tags: {\"serve\"},"
                + " {\"gpu\" \"train\"}.");
    assertThatThrownBy(() -> file.select(Set.of("test")))
        .hasMessage(
            "model: no graph has the tag set {\"test\"}. The tag sets are: {\"serve\"},"
                + " {\"gpu\" \"train\"}.");
  }

  @Test
  void replacesOnlyTheSelectedGraph() {
    SavedModelFile file = twoGraphs().select(Set.of("train", "gpu"));

    SavedModelFile changed =
        (SavedModelFile) file.withGraph(Fixtures.graph(Fixtures.node("three", "NoOp")));

    assertThat(changed.graph().getNode(0).getName()).isEqualTo("three");
    assertThat(changed.select(Set.of("serve")).graph().getNode(0).getName()).isEqualTo("one");
    assertThat(changed.tagSets()).isEqualTo(file.tagSets());
  }

  @Test
  void aForcedFormOverridesWhatTheContentLooksLike() {
    byte[] bytes = Fixtures.graph(Fixtures.node("a", "NoOp")).toByteArray();

    assertThatThrownBy(() -> reader.forcing(GraphForm.META_GRAPH).read(bytes, "bytes"))
        .isInstanceOf(GraphFileException.class)
        .hasMessageStartingWith("bytes: not a whole MetaGraphDef: near byte ");
    assertThat(reader.forcing(GraphForm.GRAPH_DEF).read(bytes, "bytes").graph().getNodeCount())
        .isEqualTo(1);
  }

  @Test
  void aBareGraphHasNoPlaceForAMetaGraph() {
    GraphFile file = reader.read(Fixtures.path("adam.pb"));

    assertThatThrownBy(
            () -> file.withMetaGraph(MetaGraphParts.of(MetaGraphDef.getDefaultInstance())))
        .hasMessageContaining("has no place for collections, saver and signatures");
  }

  @Test
  void refusesAFileAboveTheByteLimitBeforeReading() {
    ReadLimits limits = ReadLimits.builder().maxBytes(100).build();

    assertThatThrownBy(() -> new GraphFileReader(limits).read(Fixtures.path("adam.pb")))
        .hasMessageEndingWith(
            "adam.pb: 12953 bytes are more than the limit of 100. Raise it with --max-bytes if the"
                + " file is trusted.");
  }

  @Test
  void cutsAStreamOffAtTheByteLimit() {
    ReadLimits limits = ReadLimits.builder().maxBytes(100).build();
    ByteArrayInputStream in = new ByteArrayInputStream(new byte[1000]);

    assertThatThrownBy(() -> new GraphFileReader(limits).read(in, "standard input"))
        .hasMessage(
            "standard input: more than 100 bytes, which is the limit. Raise it with --max-bytes if"
                + " the source is trusted.");
    assertThat(in.available()).isEqualTo(899);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam.pb", "adam.pbtxt", "adam.meta", "saved_model"})
  void refusesMoreNodesThanTheLimit(String name) {
    ReadLimits limits = ReadLimits.builder().maxNodes(10).build();

    assertThatThrownBy(() -> new GraphFileReader(limits).read(Fixtures.path(name)))
        .hasMessageEndingWith(
            name
                + ": 11 or more nodes are more than the limit of 10. Raise it with --max-nodes if"
                + " the file is trusted.");
  }

  @Test
  void refusesMoreFunctionsAndAttributesThanTheLimit() {
    ReadLimits functions = ReadLimits.builder().maxFunctions(1).build();
    ReadLimits attributes = ReadLimits.builder().maxAttributes(1).build();

    assertThatThrownBy(() -> new GraphFileReader(functions).read(Fixtures.path("saved_model")))
        .hasMessageContaining("2 or more functions are more than the limit of 1.")
        .hasMessageContaining("--max-functions");
    assertThatThrownBy(() -> new GraphFileReader(attributes).read(Fixtures.path("adam.pb")))
        .hasMessageContaining("attributes, more than the limit of 1.")
        .hasMessageContaining("--max-attributes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam.pb", "adam.pbtxt"})
  void refusesDeeperNestingThanTheLimit(String name) {
    ReadLimits limits = ReadLimits.builder().maxDepth(3).build();

    assertThatThrownBy(() -> new GraphFileReader(limits).read(Fixtures.path(name)))
        .hasMessageEndingWith(
            name
                + ": messages are nested deeper than the limit of 3. Raise it with --max-depth if"
                + " the file is trusted.");
  }

  @Test
  void saysWhichFolderToGiveInsteadOfASavedModelsMessage() {
    Path message = Fixtures.path("saved_model/saved_model.pb");

    assertThatThrownBy(() -> reader.read(message))
        .hasMessage(
            message
                + ": this is the message of a SavedModel without its variables. Give the folder"
                + " instead: "
                + message.getParent());
  }

  @Test
  void saysThatAPathIsMissingAndWhichOneIsNear() throws IOException {
    Files.createFile(folder.resolve("graph.pb"));
    Path missing = folder.resolve("grahp.pb");

    assertThatThrownBy(() -> reader.read(missing))
        .hasMessage(
            missing + ": no such file or folder. Did you mean " + folder.resolve("graph.pb") + "?");
  }

  @Test
  void saysThatAFolderIsNoSavedModel() {
    assertThatThrownBy(() -> reader.read(folder))
        .hasMessage(
            folder
                + ": a folder without saved_model.pb or saved_model.pbtxt is no SavedModel. Give a"
                + " SavedModel folder or a graph file (.pb, .pbtxt, .meta).");
  }

  @Test
  void pointsFromAFolderAroundOrWithinASavedModelToTheModel() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.copy(Fixtures.path("saved_model/saved_model.pb"), model.resolve("saved_model.pb"));

    assertThatThrownBy(() -> reader.read(folder)).hasMessageEndingWith("Give " + model);
    assertThatThrownBy(() -> reader.read(Fixtures.path("saved_model/variables")))
        .hasMessageEndingWith(
            "this is the variables folder of a SavedModel. Give the folder above it.");
  }

  @Test
  void saysThatAChunkedSavedModelIsNotRead() throws IOException {
    Files.createFile(folder.resolve("saved_model.cpb"));

    assertThatThrownBy(() -> reader.read(folder))
        .hasMessageContaining("in the chunked form (saved_model.cpb), which is not read");
  }

  @Test
  void saysThatAFolderCanNotBeRead() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    assumeThat(Files.isReadable(closed)).as("root reads everything").isFalse();

    assertThatThrownBy(() -> reader.read(closed))
        .hasMessage(
            closed + ": no permission to read it. Grant it with chmod, or run as its owner.");
  }

  @Test
  void refusesASavedModelWhoseMessageIsALinkToAnotherPlace() throws IOException {
    Path link = folder.resolve("saved_model.pb");
    Files.createSymbolicLink(link, Fixtures.path("saved_model/saved_model.pb"));

    assertThatThrownBy(() -> reader.read(folder))
        .hasMessage(
            link
                + ": a symbolic link that leads out of the SavedModel is not followed. Give a copy"
                + " with the files themselves (cp -rL).");
  }

  private GraphForm recognised(byte[] bytes) {
    return reader.recognise(bytes, "bytes");
  }

  private SavedModelFile twoGraphs() {
    SavedModel model =
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(metaGraph("one", "serve"))
            .addMetaGraphs(metaGraph("two", "train", "gpu"))
            .build();
    return (SavedModelFile) reader.read(model.toByteArray(), "model");
  }

  private static MetaGraphDef metaGraph(String node, String... tags) {
    return MetaGraphDef.newBuilder()
        .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addAllTags(Arrays.asList(tags)))
        .setGraphDef(Fixtures.graph(Fixtures.node(node, "NoOp")))
        .build();
  }
}
