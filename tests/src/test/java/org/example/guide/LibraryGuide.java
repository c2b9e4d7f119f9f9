package org.example.guide;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.grokfast.Grokfast;
import org.grokfast.filter.Chain;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.options.VariableOverride;
import org.grokfast.onnx.training.OnnxTrainingStep;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.probe.ProbeSetting;
import org.grokfast.proof.SiteProof;
import org.grokfast.tensorflow.FilterStripper;
import org.grokfast.tensorflow.GraphRewriter;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.grokfast.tensorflow.live.RestoredCheckpoint;
import org.grokfast.tensorflow.live.WrapOptions;
import org.grokfast.tensorflow.live.WrappedGraph;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.op.Op;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** What README.md and docs/library.md show. */
public final class LibraryGuide {
  private LibraryGuide() {}

  /** The README's three lines, in a session. */
  public static WrappedGraph readme(
      Graph graph, Operand<TFloat32> loss, Session session, Tensor batch) {
    Op train = new Adam(graph, 1e-3f).minimize(loss);
    WrappedGraph wrapped = Grokfast.wrap(graph, train, Ema.of(0.98, 2));
    session.initialize();
    session.runner().feed("x", batch).addTarget(wrapped.trainOp()).run();
    return wrapped;
  }

  /** A live graph. */
  public static WrappedGraph live(Graph graph, Operand<TFloat32> loss, Tensor batch) {
    Op train = new Momentum(graph, 0.01f, 0.9f, false).minimize(loss);
    WrappedGraph wrapped = Grokfast.wrap(graph, train, Ema.of(0.98, 2));

    try (Session session = new Session(graph)) {
      session.initialize(); // initialises the filter's state as well
      session.runner().feed("x", batch).addTarget(wrapped.trainOp()).run();
    }
    return wrapped;
  }

  /** Some variables, parameters of their own, and Adam's powers of beta in order. */
  public static WrappedGraph options(Graph graph, Op train) {
    return Grokfast.wrap(
        graph,
        train,
        WrapOptions.of(Ema.of(0.98, 2))
            .include("kernel")
            .overrides(VariableOverride.lamb("^head", 0.5))
            .fixAdamOrder());
  }

  /** A loaded SavedModel, by its signature. */
  public static WrappedGraph signature(SavedModelBundle bundle) {
    WrappedGraph wrapped = Grokfast.wrap(bundle, "train", Ema.of(0.98, 2));
    bundle.session().initialize();
    return wrapped;
  }

  /** In a running session. */
  public static List<SiteProof> running(WrappedGraph wrapped, Session session, Tensor batch) {
    wrapped.set(session, "lamb", 0.5);
    wrapped.prove(session, Map.of("x", batch)); // per variable: is the gradient, is not, …
    return wrapped.prove(session, Map.of("x", batch));
  }

  /** A checkpoint from before the wrapping. */
  public static String checkpoint(WrappedGraph wrapped, Session session) {
    session.restore("checkpoints/before"); // an older checkpoint: trains on
    RestoredCheckpoint r = wrapped.restore(session, "…/before"); // the same for any saver
    return r.text();
  }

  /** An optimizer. */
  public static Op optimizer(Graph graph, Operand<TFloat32> loss) {
    Optimizer optimizer = new GrokfastOptimizer(new Adam(graph, 1e-3f), MovingAverage.of(100, 5));
    Op train = optimizer.minimize(loss);
    return train;
  }

  /** A GraphDef; true if it comes back. */
  public static boolean graphDef(GraphDef graphDef) {
    GraphRewriter.Result result = new GraphRewriter(Ema.defaults()).apply(graphDef);
    result.graph(); // the rewritten GraphDef
    result.report().toText(); // what was found, changed, excluded and refused
    FilterStripper.apply(result.graph()); // equals graphDef again
    return FilterStripper.apply(result.graph()).equals(graphDef);
  }

  /** An ONNX training step. */
  public static void onnx(OnnxTensor x, OnnxTensor y, OnnxTensor rate) throws OrtException {
    try (OnnxTrainingStep step = OnnxTrainingStep.open(Path.of("filtered.onnx"))) {
      step.run(Map.of("x", x, "y", y, "lr", rate)); // carries weights, slots and the filter's state
      step.save(Path.of("state.onnx")); // step.resume(…) goes on bit for bit
    }
  }

  /** Probes of a graph that is trained. */
  public static double probes(Graph graph, Op train, Session session, Tensor batch) {
    FilterOptions probed =
        FilterOptions.builder().probes(ProbeSetting.parse("cosine:every=5")).build();
    WrappedGraph wrapped = Grokfast.wrap(graph, train, Ema.of(0.98, 2).withOptions(probed));
    session.initialize();
    session.runner().feed("x", batch).addTarget(wrapped.trainOp()).run();
    double cosine = wrapped.probes(session).get("cosine");
    return cosine;
  }

  /** Passes of a graph that is trained. */
  public static WrappedGraph passes(Graph graph, Op train) {
    WrappedGraph wrapped =
        Grokfast.wrap(
            graph,
            train,
            WrapOptions.of(Ema.of(0.98, 2))
                .passes(DecoupledWeightDecay.of(0.01).except("head"), Lookahead.of(5, 0.5)));
    return wrapped;
  }

  /** A chain. */
  public static Chain chain() {
    return Chain.of(Ema.of(0.9, 1.5), Perpendicular.defaults());
  }
}
