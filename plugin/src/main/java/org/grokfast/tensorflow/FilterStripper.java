package org.grokfast.tensorflow;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.tensorflow.edit.MovedUpdate;
import org.grokfast.tensorflow.edit.OutputShapes;
import org.grokfast.tensorflow.edit.ReplacedUpdate;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.nodes.EditedNodes;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.NameIndex;
import org.grokfast.tensorflow.nodes.NodeList;
import org.grokfast.tensorflow.saver.LaterSavers;
import org.grokfast.tensorflow.saver.SaveForm;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Takes out what {@link GraphRewriter} or a wrapped live graph put in. For a GraphDef that the pass
 * has rewritten, the result equals the original message.
 */
public final class FilterStripper {
  private FilterStripper() {}

  /** Whether there is anything to take out. */
  public static boolean isRewritten(GraphDef graph) {
    return isRewritten(GraphParts.of(graph));
  }

  /** The same of a graph in parts. */
  public static boolean isRewritten(GraphParts graph) {
    return Provenance.inserted(graph.nodes()).findAny().isPresent()
        || graph.functions().stream().anyMatch(FilterStripper::isTouched);
  }

  /**
   * The graph without inserted nodes, in functions too; inputs that led to them lead again where
   * they led before.
   *
   * <p>A saver that was made after the filter holds its state, and is made shorter: what is left is
   * the saver that the graph would have had without the filter. Other nodes that were added after
   * the filter take the train op that was wrapped in place of its filtered copy.
   *
   * @throws NothingToRewriteException if nothing was inserted
   * @throws GraphRewriteException if a node that was added after the filter takes its state
   */
  public static GraphDef apply(GraphDef graph) {
    return apply(GraphParts.of(graph)).graphDef();
  }

  /**
   * The same for a graph in parts.
   *
   * @throws GraphRewriteException as the other
   */
  public static GraphParts apply(GraphParts graph) {
    return apply(graph, false);
  }

  /**
   * The same for a MetaGraph's graph: the saver that was added when the live graph was wrapped
   * stays, without the filter's state, as the MetaGraph names it. In a bare graph it goes.
   *
   * @throws GraphRewriteException as the others
   */
  public static GraphParts applyToMetaGraph(GraphParts graph) {
    return apply(graph, true);
  }

  private static GraphParts apply(GraphParts graph, boolean keepSaver) {
    if (!isRewritten(graph)) {
      throw new NothingToRewriteException("the graph holds no filter: there is nothing to strip");
    }
    GraphParts result = graph.withNodes(stripped(graph.nodes(), Set.of(), keepSaver));
    return result.withFunctions(
        graph.functions().stream()
            .filter(function -> !isCopy(function))
            .map(
                function ->
                    isTouched(function)
                        ? function.withNodes(stripped(function.nodes(), arguments(function), false))
                        : function)
            .toList());
  }

  /** Whether a function holds inserted nodes, or is a copy that was inserted as a whole. */
  private static boolean isTouched(FunctionParts function) {
    return isCopy(function) || Provenance.inserted(function.nodes()).findAny().isPresent();
  }

  private static boolean isCopy(FunctionParts function) {
    return function.declaration().containsAttr(Provenance.PASS);
  }

  private static Set<String> arguments(FunctionParts function) {
    return function.signature().getInputArgList().stream()
        .map(OpDef.ArgDef::getName)
        .collect(Collectors.toSet());
  }

  private static NodeList stripped(NodeList all, Set<String> arguments, boolean keepSaver) {
    NodeList nodes = keepSaver ? withoutMarks(all) : all;
    Present present = new Present(nodes, arguments);
    Map<String, NodeDef> inserted = new HashMap<>();
    BitSet removed = new BitSet();
    Provenance.inserted(nodes)
        .forEach(
            i -> {
              inserted.put(nodes.name(i), nodes.get(i));
              removed.set(i);
            });
    LaterSavers savers = LaterSavers.of(nodes, inserted.keySet());
    savers.removed().stream().forEach(i -> inserted.put(nodes.name(i), nodes.get(i)));
    removed.or(savers.removed());
    Map<Integer, NodeDef> changed = new HashMap<>();
    for (int i = removed.nextClearBit(0); i < nodes.size(); i = removed.nextClearBit(i + 1)) {
      NodeDef node = nodes.get(i);
      NodeDef restored =
          OutputShapes.restore(
              restore(
                  ReplacedUpdate.back(MovedUpdate.back(savers.node(i), inserted), present),
                  inserted));
      if (!restored.equals(node)) {
        changed.put(i, restored);
      }
    }
    return EditedNodes.removing(nodes, removed, changed);
  }

  /** What has a name in a place; its nodes are looked at when first asked for. */
  private static final class Present implements Predicate<String> {
    private final NodeList nodes;
    private final Set<String> arguments;
    private NameIndex names;

    Present(NodeList nodes, Set<String> arguments) {
      this.nodes = nodes;
      this.arguments = arguments;
    }

    @Override
    public boolean test(String name) {
      if (names == null) {
        names = new NameIndex(nodes);
        for (int i = 0; i < nodes.size(); i++) {
          names.add(i);
        }
      }
      return arguments.contains(name) || names.find(name) != NameIndex.NONE;
    }
  }

  /** The nodes, those of the saver as if they had been there before. */
  private static NodeList withoutMarks(NodeList nodes) {
    Map<Integer, NodeDef> changed = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.hasAttribute(i, Provenance.SAVER)) {
        changed.put(
            i,
            nodes.get(i).toBuilder()
                .removeAttr(Provenance.PASS)
                .removeAttr(Provenance.SAVER)
                .build());
      }
    }
    return EditedNodes.removing(nodes, new BitSet(), changed);
  }

  private static NodeDef restore(NodeDef node, Map<String, NodeDef> inserted) {
    List<String> inputs = new ArrayList<>();
    int dropped = 0;
    for (String input : node.getInputList()) {
      NodeDef producer = inserted.get(TensorName.nodeOf(input));
      if (producer == null) {
        inputs.add(input);
        continue;
      }
      boolean control = TensorName.isControl(input);
      Optional<String> copied = Provenance.text(producer, Provenance.COPY_OF);
      if (copied.isPresent()) {
        inputs.add(inPlaceOf(input, copied.get()));
        continue;
      }
      Optional<String> original = Provenance.text(producer, Provenance.REPLACES);
      original
          .map(
              tensor ->
                  control
                      ? TensorName.control(TensorName.nodeOf(tensor))
                      : TensorName.spelledLike(input, tensor))
          .ifPresent(inputs::add);
      dropped += control || original.isPresent() ? 0 : 1;
    }
    if (inputs.equals(node.getInputList())) {
      return node;
    }
    NodeDef.Builder builder = node.toBuilder().clearInput().addAllInput(inputs);
    if (dropped > 0) {
      dropTypes(builder, requireSaver(node, inserted).types(), dropped);
    }
    return builder.build();
  }

  /** An output of a copy, or the wait for it, as that of the node that was copied. */
  static String inPlaceOf(String input, String copied) {
    if (TensorName.isControl(input)) {
      return TensorName.control(copied);
    }
    int output = input.indexOf(':');
    return output < 0 ? copied : copied + input.substring(output);
  }

  /** Only a saver that was there before, and so got longer lists of names, takes state. */
  private static SaveForm requireSaver(NodeDef node, Map<String, NodeDef> inserted) {
    boolean extended =
        node.getInputList().stream()
            .map(input -> inserted.get(TensorName.nodeOf(input)))
            .anyMatch(producer -> producer != null && producer.containsAttr(Provenance.REPLACES));
    Optional<SaveForm> form = SaveForm.of(node.getOp());
    if (form.isEmpty() || !extended) {
      throw new GraphRewriteException(
          "node '"
              + node.getName()
              + "' ("
              + node.getOp()
              + ") takes what the pass inserted but was added after it; strip the graph as it was"
              + " before that node");
    }
    return form.get();
  }

  /** A saver lost its last tensors: so must the list of their types. */
  private static void dropTypes(NodeDef.Builder save, String attribute, int dropped) {
    AttrValue.ListValue types = save.getAttrOrThrow(attribute).getList();
    List<org.tensorflow.proto.DataType> kept =
        types.getTypeList().subList(0, types.getTypeCount() - dropped);
    save.putAttr(attribute, Attrs.types(List.copyOf(kept)));
  }
}
