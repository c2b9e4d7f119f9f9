package org.grokfast.onnx.emit;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.GradientFilter;
import org.grokfast.graph.NameAllocator;
import org.grokfast.onnx.graph.Tensor;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.grokfast.rewrite.emit.FilterWriter;
import org.grokfast.rewrite.emit.GraphBackend;
import org.grokfast.rewrite.emit.SiteNames;

/** Turns the planned sites of one graph into nodes, before the nodes that take the gradients. */
public final class OnnxEmitter implements GraphBackend<Tensor> {
  private final OnnxEdit edit;
  private final StateStore store;
  private final OnnxNodes shared;
  private final OnnxScalars scalars;
  private final OnnxMeasuring measuring;
  private final FilterWriter writer;
  private final Map<String, PassPlace> places;

  /**
   * An emitter for one graph, in which no passes go.
   *
   * @param filter the filter as the user gave it
   * @param edit receives the nodes
   * @param store where state is kept
   * @param names names that are free in the whole model
   * @param opset the version of the default domain
   */
  public OnnxEmitter(
      GradientFilter filter, OnnxEdit edit, StateStore store, NameAllocator names, long opset) {
    this(filter, edit, store, new OnnxNodes(names, opset), Map.of());
  }

  /**
   * An emitter for one graph.
   *
   * @param filter the filter as the user gave it
   * @param edit receives the nodes
   * @param store where state is kept
   * @param shared the nodes in front of all others
   * @param places where passes go, by the parameter that they are for
   */
  public OnnxEmitter(
      GradientFilter filter,
      OnnxEdit edit,
      StateStore store,
      OnnxNodes shared,
      Map<String, PassPlace> places) {
    this.edit = edit;
    this.store = store;
    this.shared = shared;
    this.places = Map.copyOf(places);
    this.scalars = new OnnxScalars(shared, store, filter.options().isTunable());
    this.measuring = new OnnxMeasuring(shared.elsewhere(), scalars);
    this.writer = new FilterWriter(filter, shared.names());
  }

  public void emit(List<PlannedSite> sites) {
    sites.forEach(planned -> writer.write(planned, this));
    edit.addLast(measuring.emit());
    edit.addFirst(shared.nodes());
  }

  /** The new outputs of the graph that hold what is measured. */
  public List<ValueInfoProto> outputs() {
    return measuring.outputs();
  }

  @Override
  public Site<Tensor> open(PlannedSite planned, SiteNames names) {
    return new OnnxSite(
        edit,
        store,
        new SitePlace(
            shared.elsewhere(),
            scalars,
            measuring,
            names,
            Optional.ofNullable(places.get(planned.site().variable().name()))),
        planned);
  }
}
