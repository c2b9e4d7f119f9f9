package org.grokfast.tensorflow.edit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * An update in whose place another one is made.
 *
 * <pre>
 *   before:  gradient, slots, rate ──▶ ApplyAdam 'w/ApplyAdam' ──▶ train
 *   after:   what is subtracted ─────▶ AssignSub 'w/ApplyAdam' ──▶ train
 *            gradient, rate ─ ─ ─ ─ ─ ─ ─ ─ ─ ─▲
 * </pre>
 *
 * The node keeps its name, its place and its moment: it waits for what it took. It carries the
 * update as it was, as the bytes of the node. As a node of its own that one could be run by
 * mistake: functions run what has an effect, whether anything waits for it or not.
 *
 * @param function the function that it is in; empty for the main graph
 * @param node the name of the update
 * @param subtracted the tensor that is subtracted from the variable, as the place spells it
 * @param before nodes that it waits for beside what it took
 */
public record ReplacedUpdate(String function, String node, String subtracted, List<String> before) {

  /** Makes the list immutable. */
  public ReplacedUpdate {
    before = List.copyOf(before);
  }

  /** Replaces the update, with all changes to it so far. */
  public void apply(GraphEdit edit) {
    int id = edit.graph().id(node);
    NodeDef instead =
        instead(edit.graph(), edit.current(id)).toBuilder()
            .putAttr(Provenance.REPLACED, bytes(edit.graph().node(id).toByteString()))
            .build();
    edit.change(id, builder -> builder.clear().mergeFrom(instead));
  }

  /**
   * What stands in place of the update.
   *
   * @param graph where the update is
   * @param now the update with all changes to it so far, or a copy of it
   */
  public NodeDef instead(GraphIndex graph, NodeDef now) {
    int id = graph.id(node);
    VariableNode variable = VariableNode.behind(graph, id, 0).orElseThrow();
    boolean reference = variable.kind() == VariableNode.Kind.REFERENCE;
    NodeDef.Builder instead =
        NodeDef.newBuilder()
            .setName(now.getName())
            .setDevice(now.getDevice())
            .setOp(reference ? "AssignSub" : "AssignSubVariableOp")
            .addInput(now.getInput(0))
            .addInput(subtracted);
    if (now.hasExperimentalDebugInfo()) {
      instead.setExperimentalDebugInfo(now.getExperimentalDebugInfo());
    }
    now.getAttrMap()
        .forEach(
            (name, value) -> {
              if (name.startsWith("_")) {
                instead.putAttr(name, value);
              }
            });
    instead.putAttr(reference ? "T" : "dtype", Attrs.type(variable.dtype()));
    if (reference) {
      instead.putAttr("use_locking", Attrs.bool(true));
    }
    Set<String> awaited = new LinkedHashSet<>();
    for (int input = 1; input < now.getInputCount(); input++) {
      String taken = now.getInput(input);
      // Of what has no inputs there is nothing to wait for, and an argument can't be waited for.
      if (TensorName.isControl(taken) || graph.inputCount(graph.producer(id, input)) > 0) {
        awaited.add(TensorName.nodeOf(taken));
      }
    }
    awaited.addAll(before);
    awaited.forEach(each -> instead.addInput(TensorName.control(each)));
    return instead.build();
  }

  private static AttrValue bytes(ByteString bytes) {
    return AttrValue.newBuilder().setS(bytes).build();
  }

  /**
   * The update as it was, where a node stands in its place; else the node itself.
   *
   * @param present whether there is a node, or an argument, of a name
   * @throws GraphRewriteException if what the node carries is not that update, or takes what is no
   *     longer there
   */
  public static NodeDef back(NodeDef node, Predicate<String> present) {
    if (!node.containsAttr(Provenance.REPLACED)) {
      return node;
    }
    NodeDef update;
    try {
      update = NodeDef.parseFrom(node.getAttrOrThrow(Provenance.REPLACED).getS());
    } catch (InvalidProtocolBufferException e) {
      throw lost(node, "is damaged", e);
    }
    if (!update.getName().equals(node.getName())) {
      throw lost(node, "is that of '" + update.getName() + "'", null);
    }
    for (String input : update.getInputList()) {
      if (!present.test(TensorName.nodeOf(input))) {
        throw lost(node, "takes '" + input + "', which is no longer there", null);
      }
    }
    return update;
  }

  private static GraphRewriteException lost(NodeDef node, String why, Exception cause) {
    return new GraphRewriteException(
        "node '"
            + node.getName()
            + "' stands in place of an update, but what it carries of that, "
            + Provenance.REPLACED
            + ", "
            + why
            + "; strip the graph as the pass wrote it",
        cause);
  }
}
