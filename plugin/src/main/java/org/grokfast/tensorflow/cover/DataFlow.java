package org.grokfast.tensorflow.cover;

import java.util.BitSet;
import org.grokfast.graph.Adjacency;
import org.grokfast.tensorflow.cover.Instances.Caller;
import org.grokfast.tensorflow.cover.Instances.Instance;
import org.grokfast.tensorflow.graph.GraphIndex;
import org.grokfast.tensorflow.graph.OpTable;
import org.tensorflow.proto.AttrValue;

/** Where samples flow to, and data that the graph holds or draws by itself, as first values are. */
final class DataFlow {
  private final StepFlow flow;
  private final BitSet model;
  private final BitSet samples;
  private final BitSet all;

  /**
   * Finds it.
   *
   * @param model what flows into gradients: a number that is fed and doesn't is a rate
   * @param carriesOn the variables through which data flows on to where they are read
   */
  DataFlow(StepFlow flow, BitSet model, StepFlow.States carriesOn) {
    this.flow = flow;
    this.model = model;
    BitSet fed = new BitSet();
    BitSet inside = new BitSet();
    for (int point = 0; point < flow.instances().size(); point++) {
      if (flow.producers().count(point) == 0
          && !flow.variables().reads().get(point)
          && !flow.variables().writes().get(point)) {
        String op = flow.op(point);
        fed.set(point, bringsSamples(point, op));
        inside.set(point, OpTable.isRandom(op) || holdsData(point, op));
      }
    }
    // What a default stands in for is fed.
    for (int point = 0; point < flow.instances().size(); point++) {
      if (flow.op(point).equals("PlaceholderWithDefault")) {
        fed.set(point, !isRate(point));
      }
    }
    samples = flow.descendants(fed, carriesOn);
    fed.or(inside);
    all = flow.descendants(fed, carriesOn);
  }

  private boolean bringsSamples(int point, String op) {
    if (OpKinds.restores(op) || op.equals("VarHandleOp") || op.endsWith("HashTableV2")) {
      return false;
    }
    Instance instance = flow.instance(point);
    int node = flow.local(point);
    if (op.equals(OpTable.ARGUMENT)) {
      return instance.callers().stream().noneMatch(Caller::isBound);
    }
    GraphIndex graph = instance.graph();
    return graph.inputCount(node) == 0 && OpTable.isFed(op) && !isRate(point);
  }

  private boolean holdsData(int point, String op) {
    return op.equals("Const") && OpTable.holdsData(flow.graph(point).node(flow.local(point)));
  }

  /** Whether what is fed is one number that no gradient is made from. */
  private boolean isRate(int point) {
    if (model.get(point) || !flow.op(point).startsWith("Placeholder")) {
      return false;
    }
    AttrValue shape =
        flow.graph(point)
            .node(flow.local(point))
            .getAttrOrDefault("shape", AttrValue.getDefaultInstance());
    return shape.hasShape()
        && !shape.getShape().getUnknownRank()
        && shape.getShape().getDimList().stream().allMatch(dimension -> dimension.getSize() == 1);
  }

  /** Whether values of samples flow into a point. */
  boolean hasSamples(int point) {
    return samples.get(point);
  }

  /** Whether values of samples, of data that the graph holds, or random ones flow into a point. */
  boolean reaches(int point) {
    return all.get(point);
  }

  /** The data that only decides which value a point has, directly or where its value is chosen. */
  BitSet steering(BitSet ancestors) {
    Adjacency steering = flow.steering();
    BitSet found = new BitSet();
    for (int t = ancestors.nextSetBit(0); t >= 0; t = ancestors.nextSetBit(t + 1)) {
      for (int i = 0; i < steering.count(t); i++) {
        int by = steering.target(t, i);
        found.set(by, found.get(by) || all.get(by));
      }
    }
    return found;
  }
}
