package org.grokfast.tensorflow.live;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.graph.NameAllocator;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.tensorflow.emit.Emission;
import org.grokfast.tensorflow.emit.ProgramEdit;
import org.grokfast.tensorflow.graph.Attrs;
import org.grokfast.tensorflow.graph.FunctionBody;
import org.grokfast.tensorflow.graph.Provenance;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * Copies of functions with filters in them, and of the functions that call those, under new names:
 * the functions of a live graph can't be changed, but others can be added and called instead.
 */
final class FunctionCopies {
  private final Map<String, String> names = new LinkedHashMap<>();
  private final List<FunctionDef> functions = new ArrayList<>();

  /**
   * Copies what was changed.
   *
   * @param edit the changes
   * @param emission the new nodes
   * @param changed the functions that hold a filter
   */
  FunctionCopies(ProgramEdit edit, Emission emission, Set<String> changed) {
    Map<String, FunctionBody> bodies = edit.program().functions();
    NameAllocator free = new NameAllocator(bodies::containsKey);
    List<FunctionBody> calleesFirst = new ArrayList<>(bodies.values());
    Collections.reverse(calleesFirst);
    for (FunctionBody body : calleesFirst) {
      FunctionParts function = body.function();
      if (changed.contains(body.name())) {
        function = edit.changed(body.name(), emission);
      } else if (function.nodes().stream().noneMatch(this::calls)) {
        continue;
      }
      String copy = free.allocate(body.name() + InsertedNames.COPY);
      functions.add(copy(function.functionDef(), copy));
      names.put(body.name(), copy);
    }
  }

  private FunctionDef copy(FunctionDef function, String name) {
    FunctionDef.Builder copy = function.toBuilder();
    copy.getSignatureBuilder().setName(name);
    for (int i = 0; i < copy.getNodeDefCount(); i++) {
      copy.setNodeDef(i, redirected(copy.getNodeDef(i)));
    }
    return copy.putAttr(Provenance.PASS, Attrs.string(Provenance.pass())).build();
  }

  /** The copies, each after what it calls. */
  List<FunctionDef> functions() {
    return Collections.unmodifiableList(functions);
  }

  /** Whether a node calls a function that was copied. */
  boolean calls(NodeDef node) {
    return names.containsKey(node.getOp())
        || node.getAttrMap().values().stream()
            .anyMatch(
                value ->
                    names.containsKey(value.getFunc().getName())
                        || value.getList().getFuncList().stream()
                            .anyMatch(function -> names.containsKey(function.getName())));
  }

  /** The node with the copies in place of the functions that it calls. */
  NodeDef redirected(NodeDef node) {
    NodeDef.Builder result = node.toBuilder();
    result.setOp(names.getOrDefault(node.getOp(), node.getOp()));
    node.getAttrMap().forEach((name, value) -> result.putAttr(name, redirected(value)));
    return result.build();
  }

  private AttrValue redirected(AttrValue value) {
    AttrValue.Builder result = value.toBuilder();
    if (value.hasFunc()) {
      String name = value.getFunc().getName();
      result.getFuncBuilder().setName(names.getOrDefault(name, name));
    }
    if (value.hasList()) {
      result
          .getListBuilder()
          .getFuncBuilderList()
          .forEach(
              function ->
                  function.setName(names.getOrDefault(function.getName(), function.getName())));
    }
    return result.build();
  }
}
