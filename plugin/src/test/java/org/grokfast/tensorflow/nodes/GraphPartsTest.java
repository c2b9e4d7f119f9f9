package org.grokfast.tensorflow.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
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
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
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
    return GraphDef.newBuilder()
        .addAllNode(nodes)
        .setVersions(VersionDef.newBuilder().setProducer(1087))
        .setLibrary(
            FunctionDefLibrary.newBuilder()
                .addFunction(
                    FunctionDef.newBuilder().setSignature(OpDef.newBuilder().setName("f"))))
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
    return GraphParts.packed(bytes, MAX_DEPTH).orElseThrow();
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
    assertThat(parts.library()).isEqualTo(graph.getLibrary());
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
    assertThat(GraphDef.parseFrom(written(parts))).isEqualTo(graph(expected));
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
    assertThat(GraphDef.parseFrom(written(parts))).isEqualTo(graph(expected));
  }

  @Property
  void whatIsCutOffIsLeftToTheParserOfTheWholeMessage(
      @ForAll("nodes") List<NodeDef> nodes, @ForAll @IntRange(min = 1, max = 60) int cut) {
    byte[] bytes = graph(nodes).toByteArray();
    byte[] part = Arrays.copyOf(bytes, Math.max(0, bytes.length - cut));
    GraphParts.packed(part, MAX_DEPTH)
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
      assertThat(GraphParts.packed(bytes, MAX_DEPTH)).isEmpty();
    }
  }

  @Example
  void anEmptyNodeIsOne() {
    assertHolds(packed(new byte[] {10, 0}).nodes(), List.of(NodeDef.getDefaultInstance()));
  }

  private static NodeDef named(String name) {
    return NodeDef.newBuilder().setName(name).build();
  }
}
