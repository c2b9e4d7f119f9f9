package org.grokfast.tensorflow.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GradientDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.VersionDef;

/** Nodes that stay in their bytes are the nodes that protobuf parses. */
class GraphPartsTest {
  private static final int MAX_DEPTH = 100;

  /** Names of one byte, of several, without any, and longer than a length of one byte tells. */
  private static Arbitrary<String> text() {
    return Arbitraries.oneOf(
        Arbitraries.of("", "a", "ab", "abc", "ä", "äb", "b€", "a/b_1"),
        Arbitraries.strings().withCharRange('a', 'z').ofMinLength(120).ofMaxLength(140));
  }

  private static Arbitrary<NodeDef> node() {
    Arbitrary<AttrValue> value = text().map(s -> AttrValue.newBuilder().setPlaceholder(s).build());
    return Combinators.combine(
            text(),
            text(),
            text().list().ofMaxSize(4),
            Arbitraries.maps(text(), value).ofMaxSize(3))
        .as(
            (name, op, inputs, attributes) ->
                NodeDef.newBuilder()
                    .setName(name)
                    .setOp(op)
                    .addAllInput(inputs)
                    .putAllAttr(attributes)
                    .build());
  }

  @Provide
  Arbitrary<List<NodeDef>> nodes() {
    return node().list().ofMaxSize(8);
  }

  private static GraphDef graph(List<NodeDef> nodes) {
    return graph(nodes, nodes.subList(0, nodes.size() / 2));
  }

  /** With fields around nodes and functions, in numbers below and above theirs. */
  private static GraphDef graph(List<NodeDef> nodes, List<NodeDef> body) {
    return GraphDef.newBuilder()
        .addAllNode(nodes)
        .setVersions(VersionDef.newBuilder().setProducer(1087))
        .setLibrary(
            FunctionDefLibrary.newBuilder()
                .addGradient(GradientDef.newBuilder().setFunctionName("f"))
                .addFunction(
                    FunctionDef.newBuilder()
                        .setSignature(OpDef.newBuilder().setName("f"))
                        .putRet("out", "a:z:0")
                        .addAllNodeDef(body)))
        .build();
  }

  private static byte[] written(GraphParts parts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    parts.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static GraphParts packed(byte[] bytes) {
    return PackedMessages.graph(bytes, MAX_DEPTH).orElseThrow();
  }

  private static void assertHolds(NodeList list, List<NodeDef> expected) {
    assertThat(list).isEqualTo(expected);
    for (int i = 0; i < expected.size(); i++) {
      NodeDef node = expected.get(i);
      assertThat(list.name(i)).isEqualTo(node.getName());
      assertThat(list.op(i)).isEqualTo(node.getOp());
      assertThat(list.inputs(i)).isEqualTo(node.getInputList());
      assertThat(list.attributeCount(i)).isEqualTo(node.getAttrCount());
      for (NodeDef other : expected) {
        assertThat(list.isNamed(i, other.getName()))
            .isEqualTo(node.getName().equals(other.getName()));
        for (String attribute : other.getAttrMap().keySet()) {
          assertThat(list.hasAttribute(i, attribute)).isEqualTo(node.containsAttr(attribute));
        }
      }
    }
  }

  @Property
  void packedNodesAreTheNodesOfTheMessage(@ForAll("nodes") List<NodeDef> nodes) throws IOException {
    GraphDef graph = graph(nodes);
    byte[] bytes = graph.toByteArray();
    GraphParts parts = packed(bytes);

    assertHolds(parts.nodes(), nodes);
    assertThat(parts.functions()).hasSize(1);
    assertHolds(parts.functions().get(0).nodes(), nodes.subList(0, nodes.size() / 2));
    assertThat(parts.functions().get(0).functionDef()).isEqualTo(graph.getLibrary().getFunction(0));
    assertThat(parts.graphDef()).isEqualTo(graph);
    assertThat(parts.serializedSize()).isEqualTo(bytes.length);
    assertThat(written(parts)).isEqualTo(bytes);
  }

  @Property
  void addingChangesAndAppends(
      @ForAll("nodes") List<NodeDef> nodes,
      @ForAll("nodes") List<NodeDef> added,
      @ForAll @IntRange(max = 7) int at)
      throws IOException {
    List<NodeDef> expected = new ArrayList<>(nodes);
    Map<Integer, NodeDef> changed = new HashMap<>();
    if (at < nodes.size()) {
      changed.put(at, nodes.get(at).toBuilder().setDevice("/cpu:0").build());
      expected.set(at, changed.get(at));
    }
    expected.addAll(added);
    NodeBuffer buffer = new NodeBuffer();
    added.forEach(buffer::add);
    GraphParts parts = packed(graph(nodes).toByteArray());
    parts = parts.withNodes(EditedNodes.adding(parts.nodes(), changed, buffer.list()));

    assertHolds(parts.nodes(), expected);
    assertThat(GraphDef.parseFrom(written(parts)))
        .isEqualTo(graph(expected, nodes.subList(0, nodes.size() / 2)));
    assertThat(parts.serializedSize()).isEqualTo(written(parts).length);
  }

  @Property
  void removingLeavesOutAndChanges(
      @ForAll("nodes") List<NodeDef> nodes, @ForAll @IntRange(max = 255) int bits)
      throws IOException {
    BitSet removed = BitSet.valueOf(new long[] {bits});
    List<NodeDef> expected = new ArrayList<>();
    Map<Integer, NodeDef> changed = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      NodeDef other = nodes.get(i).toBuilder().setName("changed" + i).build();
      if (i % 2 == 0) {
        changed.put(i, other);
      }
      if (!removed.get(i)) {
        expected.add(i % 2 == 0 ? other : nodes.get(i));
      }
    }
    GraphParts parts = packed(graph(nodes).toByteArray());
    parts = parts.withNodes(EditedNodes.removing(parts.nodes(), removed, changed));

    assertHolds(parts.nodes(), expected);
    assertThat(GraphDef.parseFrom(written(parts)))
        .isEqualTo(graph(expected, nodes.subList(0, nodes.size() / 2)));
  }

  @Property
  void whatIsCutOffIsLeftToTheParserOfTheWholeMessage(
      @ForAll("nodes") List<NodeDef> nodes, @ForAll @IntRange(min = 1, max = 60) int cut) {
    byte[] bytes = graph(nodes).toByteArray();
    byte[] part = Arrays.copyOf(bytes, Math.max(0, bytes.length - cut));
    PackedMessages.graph(part, MAX_DEPTH)
        .ifPresent(parts -> assertThat(parts.graphDef()).isEqualTo(parsed(part)));
  }

  private static GraphDef parsed(byte[] bytes) {
    try {
      return GraphDef.parseFrom(bytes);
    } catch (IOException e) {
      throw new AssertionError("packed what protobuf refuses", e);
    }
  }

  @Example
  void fieldsInAnotherOrderAreKept() throws IOException {
    byte[] first = graph(List.of()).toByteArray();
    byte[] nodes = graph(List.of(named("a"), named("b"))).toByteArray();
    byte[] both = Arrays.copyOf(first, first.length + nodes.length);
    System.arraycopy(nodes, 0, both, first.length, nodes.length);

    assertThat(packed(both).graphDef()).isEqualTo(GraphDef.parseFrom(both));
  }

  @Example
  void nodesThatNoProtobufWritesAreLeftToTheParserOfTheWholeMessage() {
    byte[] opInFront = {10, 6, 18, 1, 'o', 10, 1, 'n'};
    byte[] longLength = {10, (byte) 0x83, 0, 10, 1, 'n'};
    byte[] nameTwice = {10, 6, 10, 1, 'm', 10, 1, 'n'};
    byte[] noUtf8 = {10, 3, 10, 1, (byte) 0xff};
    for (byte[] bytes : List.of(opInFront, longLength, nameTwice, noUtf8)) {
      assertThat(PackedMessages.graph(bytes, MAX_DEPTH)).isEmpty();
    }
  }

  private static MetaGraphDef metaGraph(List<NodeDef> nodes, String tag) {
    return MetaGraphDef.newBuilder()
        .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addTags(tag))
        .setGraphDef(graph(nodes))
        .putSignatureDef("serve", SignatureDef.newBuilder().setMethodName(tag).build())
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(100, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                .build())
        .build();
  }

  private interface Written {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] bytes(Written written) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    written.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }

  @Property
  void aMetaGraphHasTheBytesOfItsMessage(
      @ForAll("nodes") List<NodeDef> nodes, @ForAll("nodes") List<NodeDef> others)
      throws IOException {
    MetaGraphDef message = metaGraph(nodes, "train");
    MetaGraphParts parts = PackedMessages.metaGraph(message.toByteArray(), MAX_DEPTH).orElseThrow();

    assertThat(parts.metaGraphDef()).isEqualTo(message);
    assertThat(bytes(parts::writeTo)).isEqualTo(message.toByteArray());
    assertThat(parts.serializedSize()).isEqualTo(message.getSerializedSize());

    GraphParts graph = parts.graph();
    FunctionParts function = graph.functions().get(0).withNodes(NodeList.of(others));
    MetaGraphParts changed = parts.withGraph(graph.withFunctions(List.of(function)));
    MetaGraphDef expected = message.toBuilder().setGraphDef(graph(nodes, others)).build();
    assertThat(changed.metaGraphDef()).isEqualTo(expected);
    assertThat(bytes(changed::writeTo)).isEqualTo(expected.toByteArray());
    assertThat(changed.serializedSize()).isEqualTo(expected.getSerializedSize());
  }

  @Property
  void aSavedModelHasTheBytesOfItsMessage(
      @ForAll("nodes") List<NodeDef> nodes, @ForAll("nodes") List<NodeDef> others)
      throws IOException {
    SavedModel.Builder model = SavedModel.newBuilder().setSavedModelSchemaVersion(1);
    model.addMetaGraphs(metaGraph(nodes, "serve")).addMetaGraphs(metaGraph(others, "train"));
    SavedModelParts parts =
        PackedMessages.savedModel(model.build().toByteArray(), MAX_DEPTH).orElseThrow();

    assertThat(parts.savedModel()).isEqualTo(model.build());
    assertThat(bytes(parts::writeTo)).isEqualTo(model.build().toByteArray());

    GraphParts graph = GraphParts.of(graph(others));
    SavedModelParts changed = parts.with(0, parts.metaGraphs().get(0).withGraph(graph));
    model.setMetaGraphs(0, metaGraph(nodes, "serve").toBuilder().setGraphDef(graph(others)));
    assertThat(bytes(changed::writeTo)).isEqualTo(model.build().toByteArray());
    assertThat(changed.serializedSize()).isEqualTo(model.build().getSerializedSize());
  }

  @Example
  void whatAMessageLacksItStillLacks() throws IOException {
    MetaGraphDef bare =
        MetaGraphDef.newBuilder().putSignatureDef("s", SignatureDef.getDefaultInstance()).build();
    MetaGraphDef empty = bare.toBuilder().setGraphDef(GraphDef.getDefaultInstance()).build();
    for (MetaGraphDef message : List.of(bare, empty)) {
      MetaGraphParts parts =
          PackedMessages.metaGraph(message.toByteArray(), MAX_DEPTH).orElseThrow();
      assertThat(bytes(parts::writeTo)).isEqualTo(message.toByteArray());
      assertThat(parts.metaGraphDef()).isEqualTo(message);
      assertThat(bytes(MetaGraphParts.of(message)::writeTo)).isEqualTo(message.toByteArray());
    }
    GraphDef library =
        GraphDef.newBuilder().setLibrary(FunctionDefLibrary.getDefaultInstance()).build();
    assertThat(written(packed(library.toByteArray()))).isEqualTo(library.toByteArray());
  }

  @Example
  void aMessageInTwoPiecesIsLeftToTheParserOfTheWholeMessage() {
    byte[] graphs = {18, 0, 18, 0};
    assertThat(PackedMessages.metaGraph(graphs, MAX_DEPTH)).isEmpty();
  }

  @Example
  void fewerLevelsThanMessagesHaveAreLeftToTheParserOfTheWholeMessage() {
    assertThat(PackedMessages.graph(graph(List.of()).toByteArray(), 3)).isEmpty();
  }

  @Example
  void anEmptyNodeIsOne() {
    assertHolds(packed(new byte[] {10, 0}).nodes(), List.of(NodeDef.getDefaultInstance()));
  }

  private static NodeDef named(String name) {
    return NodeDef.newBuilder().setName(name).build();
  }
}
