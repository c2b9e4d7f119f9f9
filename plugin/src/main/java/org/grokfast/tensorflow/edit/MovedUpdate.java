package org.grokfast.tensorflow.edit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.graph.TensorName;
import org.grokfast.tensorflow.graph.VariableNode;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * An update that something follows, however the update is run: fetched by its name, waited for,
 * listed among a function's results, or its output taken.
 *
 * <pre>
 *   before:  gradient ──▶ ApplyAdam 'w/ApplyAdam' ──▶ train
 *   after:   gradient ──▶ ApplyAdam 'grokfast/w/update' ─ ─▶ what follows ─ ─▶ 'w/ApplyAdam' ──▶ train
 * </pre>
 *
 * The name stays where it was, and stands for the update with all that follows: for a resource, a
 * {@code NoOp}; for a reference, a {@code RefIdentity} that hands out the variable as the update
 * did. The update itself goes under another name and says where it came from.
 *
 * @param function the function that it is in; empty for the main graph
 * @param node the name of the update
 * @param update the name under which it goes
 * @param followers what has to be done when the name has run
 */
public record MovedUpdate(String function, String node, String update, List<String> followers) {

  /** Makes the list immutable. */
  public MovedUpdate {
    followers = List.copyOf(followers);
  }

  /**
   * Moves the update, with all changes to it so far.
   *
   * @return the update under its new name, to be added
   */
  public NodeDef apply(GraphEdit edit) {
    int id = edit.graph().id(node);
    NodeDef now = edit.current(id);
    NodeDef waiting =
        waiting(
            now,
            VariableNode.behind(edit.graph(), id, 0).orElseThrow().kind()
                == VariableNode.Kind.REFERENCE);
    edit.change(id, builder -> builder.clear().mergeFrom(waiting));
    return moved(now);
  }

  /** The update under its new name. */
  public NodeDef moved(NodeDef now) {
    return now.toBuilder()
        .setName(update)
        .putAttr(Provenance.PASS, Attrs.string(Provenance.pass()))
        .putAttr(Provenance.MOVED_FROM, Attrs.string(node))
        .build();
  }

  /** What stands under the old name. */
  public NodeDef waiting(NodeDef now, boolean reference) {
    NodeDef.Builder waiting =
        NodeDef.newBuilder().setName(now.getName()).setDevice(now.getDevice());
    if (now.hasExperimentalDebugInfo()) {
      waiting.setExperimentalDebugInfo(now.getExperimentalDebugInfo());
    }
    now.getAttrMap()
        .forEach(
            (name, value) -> {
              if (name.startsWith("_")) {
                waiting.putAttr(name, value);
              }
            });
    if (reference) {
      waiting
          .setOp("RefIdentity")
          .addInput(now.getInput(0))
          .putAttr("T", now.getAttrOrDefault("T", AttrValue.getDefaultInstance()));
    } else {
      waiting.setOp("NoOp");
    }
    waiting.addInput(TensorName.control(update));
    followers.forEach(follower -> waiting.addInput(TensorName.control(follower)));
    return waiting.putAttr(Provenance.MOVED_TO, Attrs.string(update)).build();
  }

  /**
   * The update as it was, where a node stands for one that was moved; else the node itself.
   *
   * @param inserted the nodes that were inserted, by name
   */
  public static NodeDef back(NodeDef node, Map<String, NodeDef> inserted) {
    Optional<NodeDef> update = Provenance.text(node, Provenance.MOVED_TO).map(inserted::get);
    return update
        .map(
            moved ->
                moved.toBuilder()
                    .setName(node.getName())
                    .removeAttr(Provenance.PASS)
                    .removeAttr(Provenance.MOVED_FROM)
                    .build())
        .orElse(node);
  }
}
