package org.grokfast;

import org.grokfast.filter.GradientFilter;
import org.grokfast.tensorflow.live.GraphWrapper;
import org.grokfast.tensorflow.live.SignatureTrainOp;
import org.grokfast.tensorflow.live.WrapOptions;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.op.Op;

/**
 * The way in for programs that train with TensorFlow Java.
 *
 * <pre>{@code
 * Op train = new GradientDescent(graph, 0.1f).minimize(loss);
 * WrappedGraph wrapped = Grokfast.wrap(graph, train, Ema.of(0.98, 2));
 * try (Session session = new Session(graph)) {
 *   session.initialize();                      // or session.restore(…) of an older checkpoint
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
   * it when all variables and optimizers have been added and before the first checkpoint is
   * written.
   *
   * <p>A graph without a saver gets the one that TensorFlow Java would add at the first save or
   * restore, which saves the filter's state too. It restores checkpoints that were written before
   * the program wrapped the graph: the filter then starts afresh, which is said on standard error.
   *
   * @param graph the graph; it gains nodes and loses none
   * @param trainOp what the program runs in every step, such as the result of {@code minimize}
   * @param filter what to insert
   * @return the op to run instead, and what was done
   * @throws org.grokfast.rewrite.NothingToRewriteException if the op runs no update that can be
   *     filtered
   * @throws org.grokfast.rewrite.GraphRewriteException if the op is null, the updates are filtered
   *     already, a pattern matches no variable, or the graph can't take the filter
   */
  public static WrappedGraph wrap(Graph graph, Op trainOp, GradientFilter filter) {
    return wrap(graph, trainOp, WrapOptions.of(filter));
  }

  /** The same for an operation that was looked up by its name. */
  public static WrappedGraph wrap(Graph graph, Operation trainOp, GradientFilter filter) {
    return wrap(graph, trainOp, WrapOptions.of(filter));
  }

  /**
   * The same with more options: for some of the variables, or with Adam's powers of beta in order.
   *
   * <pre>{@code
   * Grokfast.wrap(graph, train, WrapOptions.of(Ema.of(0.98, 2)).include("kernel").fixAdamOrder());
   * }</pre>
   *
   * @throws org.grokfast.rewrite.GraphRewriteException as the other
   */
  public static WrappedGraph wrap(Graph graph, Op trainOp, WrapOptions options) {
    return wrap(graph, trainOp == null ? null : trainOp.op(), options);
  }

  /** The same for an operation that was looked up by its name. */
  public static WrappedGraph wrap(Graph graph, Operation trainOp, WrapOptions options) {
    return GraphWrapper.wrap(graph, trainOp, options);
  }

  /**
   * Puts a filter into a loaded SavedModel, before the optimizer that a signature runs.
   *
   * <pre>{@code
   * try (SavedModelBundle bundle = SavedModelBundle.load("model", "serve")) {
   *   WrappedGraph wrapped = Grokfast.wrap(bundle, "train", Ema.of(0.98, 2));
   *   bundle.session().initialize();
   *   bundle.session().runner()
   *       .feed("train_x:0", x).feed("train_y:0", y)
   *       .fetch(wrapped.trainOp().output(0))            // the loss, as the signature's
   *       .run();
   * }
   * }</pre>
   *
   * <p>The signature itself is not changed, and goes on to train without the filter.
   *
   * @param bundle the SavedModel
   * @param signature the name of the signature that makes a step of training: {@code train}
   * @param filter what to insert
   * @return the op to run instead, which takes the signature's inputs and has the outputs of the op
   *     that the signature runs
   * @throws org.grokfast.rewrite.NothingToRewriteException if the signature runs no update
   * @throws org.grokfast.rewrite.GraphRewriteException if there is no such signature, and as the
   *     others
   */
  public static WrappedGraph wrap(
      SavedModelBundle bundle, String signature, GradientFilter filter) {
    return wrap(bundle, signature, WrapOptions.of(filter));
  }

  /** The same with more options. */
  public static WrappedGraph wrap(SavedModelBundle bundle, String signature, WrapOptions options) {
    return wrap(bundle.graph(), SignatureTrainOp.of(bundle, signature), options);
  }
}
