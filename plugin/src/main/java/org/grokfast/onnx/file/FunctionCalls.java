package org.grokfast.onnx.file;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.io.GraphFileException;
import org.grokfast.io.Quote;

/** Which function of a model calls which. */
final class FunctionCalls {
  private FunctionCalls() {}

  static String name(FunctionProto function) {
    return key(function.getDomain(), function.getName(), function.getOverload());
  }

  private static String key(String domain, String name, String overload) {
    return GraphCheck.domain(domain) + "." + name + (overload.isEmpty() ? "" : ":" + overload);
  }

  /** Refuses functions that call each other in a circle; without recursion of its own. */
  static void requireNoCycle(String source, ModelProto model) {
    Map<String, Set<String>> calls = new LinkedHashMap<>();
    for (FunctionProto function : model.getFunctionsList()) {
      Set<String> called = new HashSet<>();
      GraphCheck.forEachNode(function.getNodeList(), node -> called.add(callee(node)));
      calls.put(name(function), called);
    }
    Map<String, Boolean> finished = new HashMap<>();
    for (String start : calls.keySet()) {
      if (!finished.containsKey(start)) {
        walk(source, calls, finished, start);
      }
    }
  }

  private static String callee(NodeProto node) {
    return key(node.getDomain(), node.getOpType(), node.getOverload());
  }

  private static void walk(
      String source, Map<String, Set<String>> calls, Map<String, Boolean> finished, String start) {
    Deque<String> path = new ArrayDeque<>();
    Deque<Iterator<String>> todo = new ArrayDeque<>();
    path.addLast(start);
    todo.addLast(calls.get(start).stream().sorted().iterator());
    finished.put(start, false);
    while (!todo.isEmpty()) {
      if (!todo.getLast().hasNext()) {
        todo.removeLast();
        finished.put(path.removeLast(), true);
        continue;
      }
      String next = todo.getLast().next();
      if (!calls.containsKey(next) || Boolean.TRUE.equals(finished.get(next))) {
        continue;
      }
      if (Boolean.FALSE.equals(finished.get(next))) {
        List<String> circle = new ArrayList<>(path);
        circle.subList(0, circle.indexOf(next)).clear();
        circle.add(next);
        throw new GraphFileException(
            source + ": functions call each other: " + Quote.path(circle) + ". Break the circle.");
      }
      finished.put(next, false);
      path.addLast(next);
      todo.addLast(calls.get(next).stream().sorted().iterator());
    }
  }
}
