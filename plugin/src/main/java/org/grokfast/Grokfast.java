package org.grokfast;

import org.grokfast.filter.GradientFilter;
import org.grokfast.tensorflow.live.GraphWrapper;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.op.Op;

/**
 * The way in for programs that train with TensorFlow Java.
 *
 * <pre>{@code
 * Op train = new GradientDescent(graph, 0.1f).minimize(loss);
 * WrappedGraph wrapped = Grokfast.wrap(graph, train, Ema.of(0.98, 2));
 * try (Session session = new Session(graph)) {
 *   session.initialize();
 *   session.runner().feed(x, batch).addTarget(wrapped.trainOp()).run();
 * }
 * }</pre>
 *
 * Files of graphs go through {@link org.grokfast.tensorflow.GraphRewriter}.
 */
public final class Grokfast {
  private Grokfast() {}

  /**
   * Puts a filter between the gradients and the optimizer of a graph that was built or loaded. Call
   * it after the last optimizer has been added and before the first checkpoint is written.
   *
   * <p>Of a loaded SavedModel, the train op is what the signature calls: {@code
   * bundle.graph().operation("StatefulPartitionedCall")}. The op to run instead takes the same
   * inputs and has the same outputs, and {@code bundle.session().initialize()} has to be run once.
   *
   * @param graph the graph; it gains nodes and loses none
   * @param trainOp what the program runs in every step, such as the result of {@code minimize}
   * @param filter what to insert
   * @return the op to run instead, and what was done
   * @throws org.grokfast.rewrite.NothingToRewriteException if the op runs no update that can be
   *     filtered
   * @throws org.grokfast.rewrite.GraphRewriteException if the updates are filtered already, a
   *     pattern matches no variable, or the graph can't take the filter
   */
  public static WrappedGraph wrap(Graph graph, Op trainOp, GradientFilter filter) {
    return wrap(graph, trainOp.op(), filter);
  }

  /** The same for an operation that was looked up by its name. */
  public static WrappedGraph wrap(Graph graph, Operation trainOp, GradientFilter filter) {
    return GraphWrapper.wrap(graph, trainOp, filter);
  }
}
