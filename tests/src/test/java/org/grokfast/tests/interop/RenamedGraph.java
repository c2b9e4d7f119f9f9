package org.grokfast.tests.interop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * A graph with all its names stripped: nodes, variables, arguments and functions are called {@code
 * n0}, {@code n1}, … in an order drawn at random.
 */
final class RenamedGraph {
  private final Random random;
  private final Map<String, String> functions;
  private final Map<String, Map<String, String>> originals = new HashMap<>();
  private final GraphDef graph;

  RenamedGraph(GraphDef original, long seed) {
    random = new Random(seed);
    functions =
        names(
            original.getLibrary().getFunctionList().stream()
                .map(function -> function.getSignature().getName())
                .toList(),
            "f");
    GraphDef.Builder renamed = original.toBuilder().clearNode();
    Map<String, String> names = names(names(original.getNodeList()), "n");
    remember("", names);
    original.getNodeList().forEach(node -> renamed.addNode(renamed(node, names)));
    renamed.getLibraryBuilder().clearFunction();
    original
        .getLibrary()
        .getFunctionList()
        .forEach(function -> renamed.getLibraryBuilder().addFunction(renamed(function)));
    graph = renamed.build();
  }

  GraphDef graph() {
    return graph;
  }

  /** What a function of this graph is called in the original. */
  String originalFunction(String function) {
    return functions.entrySet().stream()
        .filter(entry -> entry.getValue().equals(function))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  /** What a node, or the node in a tensor's name, is called in the original. */
  String original(String function, String tensor) {
    return replaced(tensor, originals.get(function));
  }

  private void remember(String function, Map<String, String> names) {
    Map<String, String> back = new HashMap<>();
    names.forEach((from, to) -> back.put(to, from));
    originals.put(function, back);
  }

  private Map<String, String> names(List<String> originals, String prefix) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < originals.size(); i++) {
      numbers.add(i);
    }
    Collections.shuffle(numbers, random);
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < originals.size(); i++) {
      names.put(originals.get(i), prefix + numbers.get(i));
    }
    return names;
  }

  private static List<String> names(List<NodeDef> nodes) {
    return nodes.stream().map(NodeDef::getName).toList();
  }

  private static String replaced(String input, Map<String, String> names) {
    String prefix = input.startsWith("^") ? "^" : "";
    String rest = input.substring(prefix.length());
    int colon = rest.indexOf(':');
    String node = colon < 0 ? rest : rest.substring(0, colon);
    return prefix + names.getOrDefault(node, node) + (colon < 0 ? "" : rest.substring(colon));
  }

  private NodeDef renamed(NodeDef node, Map<String, String> names) {
    NodeDef.Builder renamed =
        node.toBuilder()
            .setName(names.get(node.getName()))
            .setOp(functions.getOrDefault(node.getOp(), node.getOp()))
            .clearInput()
            .removeAttr("_class");
    node.getInputList().forEach(input -> renamed.addInput(replaced(input, names)));
    node.getAttrMap().forEach((key, value) -> renamed.putAttr(key, renamed(value)));
    return renamed.removeAttr("_class").build();
  }

  private AttrValue renamed(AttrValue value) {
    AttrValue.Builder renamed = value.toBuilder();
    if (value.hasFunc()) {
      String name = value.getFunc().getName();
      renamed.getFuncBuilder().setName(functions.getOrDefault(name, name));
    }
    return renamed.build();
  }

  private FunctionDef renamed(FunctionDef function) {
    List<String> all = new ArrayList<>();
    function.getSignature().getInputArgList().forEach(argument -> all.add(argument.getName()));
    all.addAll(names(function.getNodeDefList()));
    Map<String, String> names = names(all, "n");
    String name = functions.get(function.getSignature().getName());
    remember(name, names);
    FunctionDef.Builder renamed = function.toBuilder().clearNodeDef();
    OpDef.Builder signature = renamed.getSignatureBuilder().setName(name);
    signature
        .getInputArgBuilderList()
        .forEach(argument -> argument.setName(names.get(argument.getName())));
    function.getNodeDefList().forEach(node -> renamed.addNodeDef(renamed(node, names)));
    function.getRetMap().forEach((key, value) -> renamed.putRet(key, replaced(value, names)));
    function
        .getControlRetMap()
        .forEach((key, value) -> renamed.putControlRet(key, names.get(value)));
    return renamed.build();
  }
}
