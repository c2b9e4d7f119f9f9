package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.onnx.graph.TensorValues;
import org.grokfast.probe.Panel;
import org.grokfast.probe.Quantity;
import org.grokfast.probe.Seen;
import org.grokfast.rewrite.InsertedNames;
import org.grokfast.rewrite.emit.SiteNames;

/**
 * Emits probes, as outputs of the graph, behind all else. What doesn't measure in every step stands
 * in the branch of an {@code If}; its other branch gives NaN.
 *
 * <pre>
 *   due? ─▶ If ─┬ then: sums of θ, g and g', values ─┬─▶ grokfast/&lt;w&gt;/probe/&lt;name&gt;, grokfast/probe/&lt;name&gt;
 *               └ else: NaN ────────────────────────┘
 * </pre>
 */
final class OnnxMeasuring {
  private final OnnxNodes nodes;
  private final OnnxScalars scalars;
  private final Map<Panel, List<Site>> sites = new LinkedHashMap<>();
  private final List<ValueInfoProto> outputs = new ArrayList<>();

  /**
   * A site that is measured.
   *
   * @param target the parameter that is served
   * @param seen its gradients
   * @param kept for each quantity, what it keeps
   */
  record Site(OnnxOps.Target target, Seen<Tensor> seen, List<List<Tensor>> kept) {}

  /** A value and the name that it is to have outside. */
  private record Value(String name, Tensor tensor) {}

  /**
   * Nothing is measured yet.
   *
   * @param nodes the nodes behind all others
   * @param scalars those that all sites share
   */
  OnnxMeasuring(OnnxNodes nodes, OnnxScalars scalars) {
    this.nodes = nodes;
    this.scalars = scalars;
  }

  /** Measures a site. */
  void add(Panel panel, Site site) {
    sites.computeIfAbsent(panel, p -> new ArrayList<>()).add(site);
  }

  /** The new outputs of the graph. */
  List<ValueInfoProto> outputs() {
    return outputs;
  }

  /** Emits all that is measured. */
  List<NodeProto> emit() {
    sites.forEach(
        (panel, measured) -> {
          OnnxNodes inside = panel.every() > 1 ? nodes.elsewhere() : nodes;
          List<Value> values = values(panel, measured, inside);
          if (panel.every() > 1) {
            Tensor due = panel.isDue(new OnnxOps(inside, scalars, measured.get(0).target()));
            branch(due, inside, values);
          } else {
            values.forEach(value -> name(value, nodes));
          }
          values.forEach(
              value ->
                  outputs.add(
                      InputOutputStates.info(value.name(), value.tensor().type(), List.of())));
        });
    return nodes.nodes();
  }

  private static void name(Value value, OnnxNodes where) {
    where
        .node(value.name(), "Identity")
        .input(value.tensor())
        .emitAs(value.name(), value.tensor().type());
  }

  private List<Value> values(Panel panel, List<Site> measured, OnnxNodes inside) {
    List<Value> values = new ArrayList<>();
    List<Tensor> total = new ArrayList<>();
    for (Site site : measured) {
      OnnxOps ops = new OnnxOps(inside, scalars, site.target());
      List<Tensor> sums = new ArrayList<>();
      for (int i = 0; i < panel.quantities().size(); i++) {
        Quantity quantity = panel.quantities().get(i);
        sums.addAll(quantity.measure(ops, site.seen(), site.kept().get(i)));
      }
      for (int i = 0; i < sums.size(); i++) {
        Tensor sum = sums.get(i);
        if (total.size() <= i) {
          total.add(sum);
        } else {
          total.set(i, ops.plus(total.get(i), ops.cast(sum, total.get(i).type())));
        }
      }
      values.addAll(named(panel, ops, sums));
    }
    OnnxOps.Target first = measured.get(0).target();
    SiteNames all = new SiteNames(InsertedNames.of(InsertedNames.PROBE), Map.of());
    OnnxOps ops =
        new OnnxOps(
            inside,
            scalars,
            new OnnxOps.Target(
                all, first.shape(), first.computation(), first.storage(), first.parameter()));
    values.addAll(0, named(panel, ops, total));
    return values;
  }

  private List<Value> named(Panel panel, OnnxOps ops, List<Tensor> sums) {
    List<Value> values = new ArrayList<>();
    panel
        .values(ops, sums)
        .forEach(
            (column, tensor) ->
                values.add(
                    new Value(nodes.names().allocate(ops.target().names().of(column)), tensor)));
    return values;
  }

  private void branch(Tensor due, OnnxNodes inside, List<Value> values) {
    OnnxNodes other = nodes.elsewhere();
    GraphProto.Builder taken = GraphProto.newBuilder().setName(InsertedNames.of("probe_taken"));
    GraphProto.Builder skipped = GraphProto.newBuilder().setName(InsertedNames.of("probe_skipped"));
    List<String> names = new ArrayList<>();
    for (Value value : values) {
      DataType type = value.tensor().type();
      Tensor out =
          inside.node(value.name() + "/measured", "Identity").input(value.tensor()).emit(type);
      taken.addOutput(InputOutputStates.info(out.name(), type, List.of()));
      Tensor none = other.constant(value.name() + "/none", TensorValues.scalar(type, Double.NaN));
      skipped.addOutput(InputOutputStates.info(none.name(), type, List.of()));
      names.add(value.name());
    }
    nodes
        .node("", "If")
        .input(due)
        .with("then_branch", taken.addAllNode(inside.nodes()).build())
        .with("else_branch", skipped.addAllNode(other.nodes()).build())
        .emitAll(nodes.names().allocate(InsertedNames.of(InsertedNames.PROBE)), names);
  }
}
