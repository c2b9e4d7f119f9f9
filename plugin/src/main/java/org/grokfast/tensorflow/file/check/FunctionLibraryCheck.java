package org.grokfast.tensorflow.file.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.graph.Adjacency;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Quote;
import org.grokfast.tensorflow.nodes.FunctionParts;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Checks the functions of a graph: names, bodies, what they return, and that none calls itself. */
public final class FunctionLibraryCheck {
  private final String source;
  private final List<FunctionParts> functions;
  private final Map<String, Integer> indices = new HashMap<>();

  public FunctionLibraryCheck(String source, List<FunctionParts> functions) {
    this.source = source;
    this.functions = functions;
  }

  public void check() {
    for (int i = 0; i < functions.size(); i++) {
      checkName(i);
    }
    Adjacency.Builder calls = new Adjacency.Builder(functions.size());
    for (FunctionParts function : functions) {
      checkBody(function);
      addCalls(function, calls);
      calls.end();
    }
    Cycle.in(calls.build().reversed())
        .ifPresent(
            cycle -> {
              List<String> names = cycle.stream().map(this::name).toList();
              throw new GraphFileException(
                  source
                      + ": a function calls itself: "
                      + Quote.path(names)
                      + ". TensorFlow has no recursion: export the model without it.");
            });
  }

  private String name(int index) {
    return functions.get(index).name();
  }

  private void checkName(int index) {
    String name = name(index);
    if (name.isEmpty()) {
      throw new GraphFileException(source + ": function number " + index + " has no name.");
    }
    Integer other = indices.putIfAbsent(name, index);
    if (other != null) {
      throw new GraphFileException(
          source
              + ": functions number "
              + other
              + " and "
              + index
              + " are both named "
              + Quote.name(name)
              + ". Names must be unique.");
    }
  }

  private void checkBody(FunctionParts function) {
    OpDef signature = function.signature();
    String where = source + ": function " + Quote.name(signature.getName());
    Set<String> arguments = argumentNames(where, "argument", signature.getInputArgList());
    Set<String> outputs = argumentNames(where, "output", signature.getOutputArgList());
    NodeListCheck body = new NodeListCheck(where, function.nodes(), arguments);
    body.check();
    for (String output : outputs) {
      if (!function.declaration().containsRet(output)) {
        throw new GraphFileException(
            where + ": nothing is returned for the output " + Quote.name(output) + ".");
      }
    }
    function
        .declaration()
        .getRetMap()
        .forEach(
            (output, text) -> {
              String field = "returned value " + Quote.name(output);
              if (!outputs.contains(output)) {
                throw new GraphFileException(
                    where + ": " + field + " is no output of the signature.");
              }
              body.checkReference(field, text);
            });
    function
        .declaration()
        .getControlRetMap()
        .forEach(
            (output, node) -> {
              if (!body.hasNode(node)) {
                throw new GraphFileException(
                    where
                        + ": control output "
                        + Quote.name(output)
                        + ": there is no node "
                        + Quote.name(node)
                        + ".");
              }
            });
  }

  private static Set<String> argumentNames(String where, String kind, List<OpDef.ArgDef> list) {
    Set<String> names = new HashSet<>();
    for (OpDef.ArgDef argument : list) {
      if (argument.getName().isEmpty() || !names.add(argument.getName())) {
        throw new GraphFileException(
            where
                + ": the "
                + kind
                + " "
                + Quote.name(argument.getName())
                + " is listed twice or has no name.");
      }
    }
    return names;
  }

  private void addCalls(FunctionParts caller, Adjacency.Builder calls) {
    for (NodeDef node : caller.nodes()) {
      addCall(node.getOp(), calls);
      AttributeCheck.forEachFunction(node.getAttrMap(), callee -> addCall(callee, calls));
    }
  }

  private void addCall(String callee, Adjacency.Builder calls) {
    Integer index = indices.get(callee);
    if (index != null) {
      calls.add(index);
    }
  }
}
