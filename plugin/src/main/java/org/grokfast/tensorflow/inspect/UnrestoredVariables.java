package org.grokfast.tensorflow.inspect;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.grokfast.tensorflow.file.GraphFile;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.grokfast.tensorflow.nodes.GraphParts;
import org.grokfast.tensorflow.nodes.NodeList;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * Resource variables of a SavedModel that its functions use, but that its restore function does not
 * fill. Keras 3 makes such: tracked with its optimizer, each variable is saved under two handles.
 * {@code tf.saved_model.load} knows that both are one; TensorFlow Java and {@code tf.compat.v1} do
 * not, and fail with "Could not find variable".
 */
public final class UnrestoredVariables {
  private static final String HANDLE = "VarHandleOp";
  private static final String RESTORE = "RestoreV2";
  private static final String FUNCTION = "f";
  private static final String ASSIGN = "AssignVariableOp";

  private final Map<String, FunctionParts> functions = new HashMap<>();
  private final Map<String, NodeDef> handles = new LinkedHashMap<>();
  private final Set<String> written = new HashSet<>();
  private final Set<String> used = new HashSet<>();
  private boolean restores;

  private UnrestoredVariables(GraphParts graph) {
    graph.functions().forEach(function -> functions.put(function.name(), function));
    NodeList nodes = graph.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.op(i).equals(HANDLE)) {
        handles.put(nodes.name(i), nodes.get(i));
      } else if (nodes.op(i).equals(ASSIGN) || nodes.hasAttribute(i, FUNCTION)) {
        look(nodes.get(i));
      }
    }
  }

  /**
   * What a user of a SavedModel that has such variables should know, as a sentence; empty where it
   * has none.
   */
  public static Optional<String> warning(GraphFile file) {
    if (file.metaGraphParts().isEmpty()) {
      return Optional.empty();
    }
    Set<String> found = find(file.parts()).keySet();
    return found.stream()
        .findFirst()
        .map(
            first ->
                "Python saved "
                    + (found.size() == 1 ? "a variable" : found.size() + " variables")
                    + " under two handles ('"
                    + first
                    + "'"
                    + (found.size() > 1 ? " and others" : "")
                    + "): TensorFlow Java and tf.compat.v1 fail with \"Could not find variable\"; track"
                    + " the optimizer's variables, not the optimizer, and save again");
  }

  /** By variable, the handle under which it seems to be restored; empty where none is like it. */
  static Map<String, Optional<String>> find(GraphParts graph) {
    return new UnrestoredVariables(graph).found();
  }

  private void look(NodeDef node) {
    if (node.getOp().equals(ASSIGN) && node.getInputCount() > 0) {
      written.add(node.getInput(0));
    }
    AttrValue called = node.getAttrOrDefault(FUNCTION, AttrValue.getDefaultInstance());
    FunctionParts function = called.hasFunc() ? functions.get(called.getFunc().getName()) : null;
    if (function == null) {
      return;
    }
    if (holds(function, RESTORE)) {
      restores = true;
      written.addAll(assigned(node, function));
    } else if (!holds(function, "SaveV2")) {
      used.addAll(node.getInputList());
    }
  }

  private static boolean holds(FunctionParts function, String op) {
    NodeList nodes = function.nodes();
    return IntStream.range(0, nodes.size()).anyMatch(i -> nodes.op(i).equals(op));
  }

  /** The inputs of a call that the function assigns to. */
  private static Set<String> assigned(NodeDef call, FunctionParts function) {
    Set<String> arguments = new HashSet<>();
    for (NodeDef node : function.nodes()) {
      if (node.getOp().equals(ASSIGN) && node.getInputCount() > 0) {
        arguments.add(node.getInput(0));
      }
    }
    Set<String> inputs = new HashSet<>();
    int count = Math.min(call.getInputCount(), function.signature().getInputArgCount());
    for (int i = 0; i < count; i++) {
      if (arguments.contains(function.signature().getInputArg(i).getName())) {
        inputs.add(call.getInput(i));
      }
    }
    return inputs;
  }

  private Map<String, Optional<String>> found() {
    Map<String, Optional<String>> found = new LinkedHashMap<>();
    if (!restores) {
      return found;
    }
    List<NodeDef> spare =
        handles.values().stream()
            .filter(node -> written.contains(node.getName()) && !used.contains(node.getName()))
            .toList();
    for (NodeDef handle : handles.values()) {
      if (used.contains(handle.getName()) && !written.contains(handle.getName())) {
        found.put(
            handle.getName(),
            spare.stream()
                .filter(other -> isLike(handle, other))
                .map(NodeDef::getName)
                .findFirst());
      }
    }
    return found;
  }

  private static boolean isLike(NodeDef handle, NodeDef other) {
    return handle
            .getAttrOrDefault("dtype", AttrValue.getDefaultInstance())
            .equals(other.getAttrOrDefault("dtype", AttrValue.getDefaultInstance()))
        && handle
            .getAttrOrDefault("shape", AttrValue.getDefaultInstance())
            .equals(other.getAttrOrDefault("shape", AttrValue.getDefaultInstance()));
  }
}
