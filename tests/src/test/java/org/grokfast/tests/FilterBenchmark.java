package org.grokfast.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.tensorflow.live.GrokfastOptimizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.framework.optimizers.Optimizer.GradAndVar;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * What filters alone cost: the time of a step of gradient descent whose gradients are there
 * already, with a filter less without, beside one {@code AssignAdd} of the same numbers. The
 * sessions take turns, so that what else the machine does meets them alike. No part of the build;
 * run it with
 *
 * <pre>
 *   mvn -B -pl tests -am test -Dtest=FilterBenchmark -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
@Tag("native")
class FilterBenchmark {
  private static final int ROUNDS = 15;
  private static final int THREADS = 2;
  private static final String PLAIN = "no filter";
  private static final String ADD = "one AssignAdd";

  /** A graph, its session, and what a step of it is. */
  private record Timed(Graph graph, Session session, Op step, List<Double> milliseconds)
      implements AutoCloseable {
    void run(int steps) {
      long start = System.nanoTime();
      for (int i = 0; i < steps; i++) {
        session.runner().addTarget(step).run();
      }
      milliseconds.add((System.nanoTime() - start) / 1e6 / steps);
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100 | 1000 | 40 | ema ma-10 ma-100 ma-1000",
        "10 | 1000000 | 5 | ema ma-10 ma-100",
        "1 | 25000000 | 2 | ema ma-10"
      })
  void printsWhatAFilterCosts(int variables, int size, int steps, String filters) {
    Map<String, Timed> all = new LinkedHashMap<>();
    try {
      all.put(ADD, timed(variables, size, Optional.empty(), true));
      all.put(PLAIN, timed(variables, size, Optional.empty(), false));
      for (String filter : filters.split(" ", -1)) {
        all.put(filter, timed(variables, size, Optional.of(filter(filter)), false));
      }
      all.values().forEach(one -> one.run(steps));
      all.values().forEach(one -> one.milliseconds().clear());
      for (int round = 0; round < ROUNDS; round++) {
        all.values().forEach(one -> one.run(steps));
      }
      System.out.printf(
          Locale.ROOT,
          "%,d x %,d, ms; ratio to one AssignAdd: median (lowest, highest)%n",
          variables,
          size);
      double[] add = times(all.get(ADD));
      System.out.printf(Locale.ROOT, "  %-18s %8.3f%n", ADD, median(add));
      for (String filter : filters.split(" ", -1)) {
        double[] alone = difference(times(all.get(filter)), times(all.get(PLAIN)));
        double[] ratios = ratios(alone, add);
        System.out.printf(
            Locale.ROOT,
            "  %-18s %8.3f   %.1f (%.1f, %.1f)%n",
            filter,
            median(alone),
            median(ratios),
            least(ratios),
            most(ratios));
        assertThat(median(alone)).as(filter).isPositive();
      }
    } finally {
      all.values().forEach(Timed::close);
    }
  }

  /** {@code ema}, or {@code ma-} and a window. */
  private static GradientFilter filter(String text) {
    return text.equals("ema")
        ? Ema.defaults()
        : MovingAverage.of(Integer.parseInt(text.substring("ma-".length())), 5);
  }

  private static Timed timed(
      int variables, int size, Optional<GradientFilter> filter, boolean addOnly) {
    Graph graph = new Graph();
    Ops tf = Ops.create(graph);
    Ops init = tf.withInitScope();
    List<GradAndVar<? extends TType>> pairs = new ArrayList<>();
    List<Op> sums = new ArrayList<>();
    for (int i = 0; i < variables; i++) {
      Variable<TFloat32> gradient = variable(init, "g" + i, size, 1e-3f);
      Variable<TFloat32> weights = variable(init, "w" + i, size, 1);
      if (addOnly) {
        sums.add(tf.assignAdd(weights, gradient));
      }
      Output<TFloat32> value = gradient.asOutput();
      pairs.add(new GradAndVar<>(value, weights.asOutput()));
    }
    GradientDescent descent = new GradientDescent(graph, 1e-3f);
    Op step =
        addOnly
            ? tf.withControlDependencies(sums).noOp()
            : filter
                .<Op>map(f -> new GrokfastOptimizer(descent, f).applyGradients(pairs, "train"))
                .orElseGet(() -> descent.applyGradients(pairs, "train"));
    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(THREADS)
            .setInterOpParallelismThreads(1)
            .build();
    Session session = new Session(graph, config);
    session.initialize();
    return new Timed(graph, session, step, new ArrayList<>());
  }

  private static Variable<TFloat32> variable(Ops init, String name, int size, float value) {
    Variable<TFloat32> variable = init.withName(name).variable(Shape.of(size), TFloat32.class);
    init.assign(variable, init.fill(init.constant(new int[] {size}), init.constant(value)));
    return variable;
  }

  private static double[] times(Timed timed) {
    return timed.milliseconds().stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] difference(double[] with, double[] without) {
    double[] all = new double[with.length];
    Arrays.setAll(all, i -> with[i] - without[i]);
    return all;
  }

  private static double[] ratios(double[] these, double[] those) {
    double[] all = new double[these.length];
    Arrays.setAll(all, i -> these[i] / those[i]);
    return all;
  }

  private static double median(double[] values) {
    return Arrays.stream(values).sorted().toArray()[values.length / 2];
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static double most(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }
}
