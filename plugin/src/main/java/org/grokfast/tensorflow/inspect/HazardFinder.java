package org.grokfast.tensorflow.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grokfast.tensorflow.AdamOrderPass;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** Looks for what works in a graph, but not as its author will expect. */
final class HazardFinder {
  private static final Set<String> FILE_OPS =
      Set.of(
          "FixedLengthRecordDataset",
          "FixedLengthRecordReader",
          "FixedLengthRecordReaderV2",
          "ImmutableConst",
          "InitializeTableFromTextFile",
          "InitializeTableFromTextFileV2",
          "LMDBReader",
          "LoadDataset",
          "LoadAndRemapMatrix",
          "MatchingFiles",
          "ReadFile",
          "SaveDataset",
          "TextLineDataset",
          "TextLineReader",
          "TextLineReaderV2",
          "TFRecordDataset",
          "TFRecordReader",
          "TFRecordReaderV2",
          "WholeFileReader",
          "WholeFileReaderV2",
          "WriteFile");
  private static final Set<String> PATH_PASSING_OPS =
      Set.of("Identity", "ShardedFilename", "StringJoin", "Reshape", "Pack", "MergeV2Checkpoints");
  private static final int LONGEST_PATH_CHAIN = 8;

  private final GraphDef graph;
  private final List<Variable> variables;
  private final List<Hazard> hazards = new ArrayList<>();
  private final Map<String, NodeDef> byName = new HashMap<>();

  private HazardFinder(GraphDef graph, List<Variable> variables) {
    this.graph = graph;
    this.variables = variables;
    graph.getNodeList().forEach(node -> byName.put(node.getName(), node));
  }

  static List<Hazard> find(GraphDef graph, List<Variable> variables) {
    HazardFinder finder = new HazardFinder(graph, variables);
    finder.unorderedPowers();
    finder.initNames();
    finder.fileAccess();
    finder.halfState();
    finder.unrestored();
    return finder.hazards;
  }

  private void unorderedPowers() {
    for (AdamOrderPass.Unordered found : AdamOrderPass.find(graph)) {
      add(
          Hazard.Kind.UNORDERED_BETA_POWER,
          found.update(),
          "assigns the next value of '"
              + found.variable()
              + "' in no order with "
              + count(found.readers().size(), "training op")
              + " that may read it before or after; rewrite with --fix-adam-order");
    }
  }

  private void initNames() {
    for (NodeDef node : graph.getNodeList()) {
      if (node.getName().startsWith("Init") && !isInitializer(node)) {
        add(
            Hazard.Kind.INIT_NAME,
            node.getName(),
            "TensorFlow Java runs every node whose name starts with Init as an initializer, this "
                + node.getOp()
                + " too; rename it");
      }
    }
  }

  private static boolean isInitializer(NodeDef node) {
    return node.getOp().equals("NoOp")
        && node.getInputList().stream().allMatch(input -> input.startsWith("^"));
  }

  private void fileAccess() {
    for (NodeDef node : graph.getNodeList()) {
      boolean restores = node.getOp().startsWith("Restore") && readsFixedFile(node);
      if (restores || FILE_OPS.contains(node.getOp())) {
        addFileAccess(node.getName(), node.getOp());
      }
    }
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      for (NodeDef node : function.getNodeDefList()) {
        if (FILE_OPS.contains(node.getOp())) {
          addFileAccess(function.getSignature().getName() + "/" + node.getName(), node.getOp());
        }
      }
    }
  }

  private void addFileAccess(String node, String op) {
    add(
        Hazard.Kind.FILE_ACCESS,
        node,
        op + " reads or writes files when it runs; run the graph only if its source is trusted");
  }

  /** Whether the file's name is in the graph; a saver takes it from a placeholder. */
  private boolean readsFixedFile(NodeDef restore) {
    NodeDef at = restore;
    for (int steps = 0; steps < LONGEST_PATH_CHAIN && at.getInputCount() > 0; steps++) {
      String input = at.getInput(0);
      int colon = input.indexOf(':');
      at = byName.get(colon < 0 ? input : input.substring(0, colon));
      if (at == null || at.getOp().startsWith("Placeholder")) {
        return false;
      }
      if (!PATH_PASSING_OPS.contains(at.getOp())) {
        return at.getOp().equals("Const");
      }
    }
    return false;
  }

  private void halfState() {
    Map<String, Variable> half = new HashMap<>();
    variables.stream().filter(Variable::isHalf).forEach(v -> half.put(v.name(), v));
    if (half.isEmpty()) {
      return;
    }
    for (Variable variable : variables) {
      if (variable.inserted() && variable.isHalf()) {
        addHalf(variable, "a filter's average");
      }
    }
    Set<String> reported = new java.util.HashSet<>();
    for (NodeDef node : graph.getNodeList()) {
      if (!node.getOp().contains("Apply")) {
        continue;
      }
      for (int input = 1; input < node.getInputCount(); input++) {
        Variable slot = half.get(node.getInput(input));
        if (slot != null && reported.add(slot.name())) {
          addHalf(slot, "state of " + node.getOp());
        }
      }
    }
  }

  private void unrestored() {
    UnrestoredVariables.find(graph)
        .forEach(
            (variable, twin) ->
                add(
                    Hazard.Kind.UNRESTORED_VARIABLE,
                    variable,
                    "is used by a function, but neither initialised nor restored"
                        + twin.map(name -> " (a variable like it is, '" + name + "')").orElse("")
                        + "; TensorFlow Java and tf.compat.v1 will not find it. Python saved one"
                        + " variable under two handles: track the optimizer's variables, not the"
                        + " optimizer, and save again"));
  }

  private void addHalf(Variable variable, String what) {
    add(
        Hazard.Kind.HALF_STATE,
        variable.name(),
        what
            + " is kept in "
            + TypeNames.of(variable.dtype())
            + ", where small changes are rounded away: an average with decay 0.98 of a constant 1"
            + " stalls at "
            + (variable.dtype() == org.tensorflow.proto.DataType.DT_HALF ? "0.988" : "0.90"));
  }

  private void add(Hazard.Kind kind, String node, String text) {
    hazards.add(new Hazard(kind, node, text));
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
