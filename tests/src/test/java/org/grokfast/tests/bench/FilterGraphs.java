package org.grokfast.tests.bench;

import java.util.function.BiFunction;
import org.grokfast.filter.GradientFilter;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tests.GraphBuilder;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.OpDef;

/**
 * Graphs of variables {@code w0, w1, …} and of gradients that are there already, in variables of
 * their own.
 */
final class FilterGraphs {
  /** What a step runs. */
  static final String STEP = "train";

  private static final DataType FLOAT = DataType.DT_FLOAT;
  private static final AttrValue T = GraphBuilder.type(FLOAT);
  private static final String FUNCTION = "filter";
  private static final String COMPILED = "_XlaMustCompile";
  private static final AttrValue YES = AttrValue.newBuilder().setB(true).build();

  /** The shared name of a variable that nobody else can get at, as TensorFlow has it. */
  private static final String ANONYMOUS = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";

  private final StepCosts.Kind kind;
  private final int variables;
  private final long[] shape;

  /**
   * Graphs of some size.
   *
   * @param kind of which kind the variables are
   * @param variables how many of each
   * @param shape their shape
   */
  FilterGraphs(StepCosts.Kind kind, int variables, long... shape) {
    this.kind = kind;
    this.variables = variables;
    this.shape = shape.clone();
  }

  private boolean isReference() {
    return kind == StepCosts.Kind.REFERENCE;
  }

  private interface Layer {
    /** Adds a layer; returns the op that a step runs. */
    String add(GraphBuilder graph, String w, String gradient);
  }

  private GraphDef graph(Layer layer) {
    GraphBuilder graph = new GraphBuilder();
    String[] updates = new String[variables];
    for (int i = 0; i < variables; i++) {
      updates[i] =
          layer.add(graph, variable(graph, "w" + i), value(graph, variable(graph, "g" + i)));
    }
    return graph.group(STEP, updates).build();
  }

  private String variable(GraphBuilder graph, String name) {
    if (isReference()) {
      graph.variable(name, FLOAT, shape);
    } else {
      graph.resource(name, FLOAT, shape);
    }
    return name;
  }

  /** What a variable holds. */
  private String value(GraphBuilder graph, String variable) {
    if (isReference()) {
      return variable;
    }
    graph.node("ReadVariableOp", variable + "/read", variable).putAttr("dtype", T);
    return variable + "/read";
  }

  /** One addition of the gradient to the variable, in place. */
  GraphDef addition() {
    return graph(
        (graph, w, gradient) -> {
          graph
              .node(isReference() ? "AssignAdd" : "AssignAddVariableOp", w + "/add", w, gradient)
              .putAttr(isReference() ? "T" : "dtype", T);
          return w + "/add";
        });
  }

  /** A step of gradient descent. */
  GraphDef descent() {
    return graph(this::descent);
  }

  private String descent(GraphBuilder graph, String w, String gradient) {
    if (isReference()) {
      graph.descent(w, gradient, FLOAT);
    } else {
      graph.resourceDescent(w, gradient, FLOAT);
    }
    return w + "/apply";
  }

  /** The step with a filter, as the pass writes it. */
  GraphDef filtered(GradientFilter filter) {
    return new GraphRewriter(filter).apply(descent()).graph();
  }

  /** The reference's EMA in other kernels: by gradient and state, the op that gives the output. */
  private GraphDef other(BiFunction<GraphBuilder, String[], String> ema) {
    return graph(
        (graph, w, gradient) -> {
          String state = variable(graph, w + "/ema");
          String output = ema.apply(graph, new String[] {gradient, state, w});
          return descent(graph, w, output);
        });
  }

  private static String scalar(GraphBuilder graph, String name, double value) {
    graph.constant(name, FLOAT, value);
    return name;
  }

  private static String op(GraphBuilder graph, String op, String name, String... inputs) {
    graph.node(op, name, inputs).putAttr("T", T);
    return name;
  }

  /**
   * {@code m ← m − (1 − alpha)·(m − g)} by one gradient descent on the state, in place: rounds
   * otherwise than the definition.
   */
  GraphDef byDescentOnState() {
    return other(
        (graph, at) -> {
          String w = at[2];
          String m = value(graph, at[1]);
          String delta = op(graph, "Sub", w + "/delta", m, at[0]);
          String take = scalar(graph, w + "/take", 0.02);
          String moved =
              op(
                  graph,
                  isReference() ? "ApplyGradientDescent" : "ResourceApplyGradientDescent",
                  w + "/moved",
                  at[1],
                  take,
                  delta);
          String now = moved;
          if (!isReference()) {
            graph.node("ReadVariableOp", w + "/now", at[1], "^" + moved).putAttr("dtype", T);
            now = w + "/now";
          }
          String slow = op(graph, "MulNoNan", w + "/slow", now, scalar(graph, w + "/gain", -2));
          return op(graph, "Sub", w + "/output", at[0], slow);
        });
  }

  /**
   * {@code m ← alpha·m + (1 − alpha)·g; g' = g + lamb·m} in one ApplyMomentum on a variable that
   * lives for the step: with lamb 0 it changes the sign of zeros and lets NaN through.
   */
  GraphDef byMomentumOnTemporary() {
    return other(
        (graph, at) -> {
          String w = at[2];
          String taken = op(graph, "Mul", w + "/taken", at[0], scalar(graph, w + "/take", 0.02));
          String alpha = scalar(graph, w + "/alpha", 0.98);
          String gain = scalar(graph, w + "/gain", -2);
          if (isReference()) {
            AttrValue name = GraphBuilder.string(w + "/temporary");
            graph
                .node("TemporaryVariable", w + "/temporary")
                .putAttr("shape", GraphBuilder.shape(shape))
                .putAttr("dtype", T)
                .putAttr("var_name", name);
            op(graph, "Assign", w + "/copy", w + "/temporary", at[0], "^" + taken);
            op(graph, "ApplyMomentum", w + "/momentum", w + "/copy", at[1], gain, taken, alpha);
            graph
                .node("DestroyTemporaryVariable", w + "/output", w + "/momentum")
                .putAttr("T", T)
                .putAttr("var_name", name);
            return w + "/output";
          }
          graph
              .node("VarHandleOp", w + "/temporary", "^" + taken)
              .putAttr("dtype", T)
              .putAttr("shape", GraphBuilder.shape(shape))
              .putAttr("shared_name", GraphBuilder.string(ANONYMOUS));
          graph.node("AssignVariableOp", w + "/copy", w + "/temporary", at[0]).putAttr("dtype", T);
          op(
              graph,
              "ResourceApplyMomentum",
              w + "/momentum",
              w + "/temporary",
              at[1],
              gain,
              taken,
              alpha,
              "^" + w + "/copy");
          graph
              .node("ReadVariableOp", w + "/output", w + "/temporary", "^" + w + "/momentum")
              .putAttr("dtype", T);
          return w + "/output";
        });
  }

  /** The EMA in one function that XLA compiles: one loop over the memory instead of five. */
  GraphDef byXla() {
    GraphDef graph =
        other(
            (builder, at) -> {
              String w = at[2];
              builder
                  .node("PartitionedCall", w + "/filter", at[0], value(builder, at[1]))
                  .putAttr("Tin", GraphBuilder.types(FLOAT, FLOAT))
                  .putAttr("Tout", GraphBuilder.types(FLOAT, FLOAT))
                  .putAttr("f", function())
                  .putAttr(COMPILED, YES);
              builder
                  .node(
                      isReference() ? "Assign" : "AssignVariableOp",
                      w + "/write",
                      at[1],
                      w + "/filter:1")
                  .putAttr(isReference() ? "T" : "dtype", T);
              return op(builder, "Identity", w + "/output", w + "/filter", "^" + w + "/write");
            });
    GraphBuilder body = new GraphBuilder();
    op(body, "Mul", "kept", "m", scalar(body, "alpha", 0.98) + ":output:0");
    op(body, "Mul", "taken", "g", scalar(body, "take", 0.02) + ":output:0");
    op(body, "AddV2", "average", "kept:z:0", "taken:z:0");
    op(body, "MulNoNan", "slow", "average:z:0", scalar(body, "gain", -2) + ":output:0");
    op(body, "Sub", "sum", "g", "slow:z:0");
    FunctionDef.Builder filter =
        FunctionDef.newBuilder()
            .addAllNodeDef(body.build().getNodeList())
            .putRet("output", "sum:z:0")
            .putRet("state", "average:z:0")
            .putAttr(COMPILED, YES);
    OpDef.Builder signature = filter.getSignatureBuilder().setName(FUNCTION);
    signature.addInputArgBuilder().setName("g").setType(FLOAT);
    signature.addInputArgBuilder().setName("m").setType(FLOAT);
    signature.addOutputArgBuilder().setName("output").setType(FLOAT);
    signature.addOutputArgBuilder().setName("state").setType(FLOAT);
    return graph.toBuilder()
        .setLibrary(FunctionDefLibrary.newBuilder().addFunction(filter))
        .build();
  }

  private static AttrValue function() {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(FUNCTION)).build();
  }
}
