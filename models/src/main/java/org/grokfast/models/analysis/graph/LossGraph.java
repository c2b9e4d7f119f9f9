package org.grokfast.models.analysis.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.models.SessionConfig;
import org.grokfast.models.TrainingException;
import org.grokfast.models.analysis.graph.ParameterLayout.Parameter;
import org.grokfast.models.analysis.spectrum.SymmetricOperator;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.task.TaskModel;
import org.grokfast.models.training.files.Checkpoints;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A task's loss, its gradient and its Hessian as functions of the parameters. Not safe for threads.
 */
public final class LossGraph implements MovableLoss, AutoCloseable {
  private static final String SCOPE = "analysis";

  private final Graph graph;
  private final TaskGraph outputs;
  private final ParameterLayout layout;
  private final List<Output<TFloat32>> variables;
  private final List<Placeholder<TFloat32>> values = new ArrayList<>();
  private final List<Op> assignments = new ArrayList<>();
  private final List<Output<?>> gradients;
  private final HessianNodes hessian;
  private final Session session;

  private LossGraph(Graph graph, TaskModel task, int threads) {
    this.graph = graph;
    Ops tf = Ops.create(graph);
    outputs = task.build(tf);
    variables = GraphVariables.of(graph);
    layout = GraphVariables.layout(variables);
    if (variables.isEmpty()) {
      throw new TrainingException(
          "the model of task " + task.name() + " has no parameters to analyze");
    }
    gradients = gradients("gradient");
    hessian = HessianNodes.add(graph, tf.withSubScope(SCOPE), variables, gradients);
    Ops scope = tf.withSubScope(SCOPE).withSubScope("set");
    for (Output<TFloat32> variable : variables) {
      Placeholder<TFloat32> value =
          scope.placeholder(TFloat32.class, Placeholder.shape(variable.shape()));
      values.add(value);
      assignments.add(scope.assign(variable, value));
    }
    session = new Session(graph, SessionConfig.oneByOne(threads));
  }

  /**
   * Builds the graph of a task's loss.
   *
   * @param task the model
   * @param threads within an operation, ≥ 1
   * @throws TrainingException if the loss doesn't depend on a parameter in a way that TensorFlow
   *     can differentiate
   */
  public static LossGraph build(TaskModel task, int threads) {
    Graph graph = new Graph();
    try {
      return new LossGraph(graph, task, threads);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  private List<Output<?>> gradients(String name) {
    try {
      return List.of(
          graph.addGradients(
              SCOPE + "/" + name,
              new Output<?>[] {outputs.loss().asOutput()},
              variables.toArray(new Output<?>[0]),
              null));
    } catch (TensorFlowException e) {
      throw new TrainingException("the loss can't be differentiated: " + e.getMessage(), e);
    }
  }

  /** Where the parameters stand in a vector. */
  public ParameterLayout layout() {
    return layout;
  }

  /** What the task's model gives. */
  public TaskGraph outputs() {
    return outputs;
  }

  /** The graph, to look for tensors in. */
  public Graph graph() {
    return graph;
  }

  /**
   * Whether products with the Hessian are gradients of gradients, exact but for rounding. Where an
   * operation has no gradient of its gradient, they are central differences.
   */
  public boolean exactProducts() {
    return hessian.exact();
  }

  /** Sets the parameters to their initial values. */
  public void initialize() {
    session.initialize();
  }

  /**
   * Sets the parameters to those of a checkpoint.
   *
   * @throws TrainingException if it has other parameters than the model
   */
  public void restore(Checkpoints.Loaded checkpoint) {
    checkpoint.restore(session);
  }

  /** The parameters. */
  @Override
  public double[] parameters() {
    Session.Runner runner = session.runner();
    variables.forEach(runner::fetch);
    return joined(runner, variables.size());
  }

  /** Sets the parameters, each rounded to float32. */
  @Override
  public void set(double[] theta) {
    Session.Runner runner = session.runner();
    try (TensorList parts = TensorList.split(theta, layout)) {
      for (int i = 0; i < values.size(); i++) {
        runner.feed(values.get(i), parts.get(i)).addTarget(assignments.get(i));
      }
      runner.run().close();
    }
  }

  /** The mean loss over batches. */
  public double loss(List<Batch> batches) {
    return mean(batches, outputs.loss().asOutput(), Map.of());
  }

  /**
   * The accuracy over batches.
   *
   * @param replaced tensors of the graph to be fed with other values, by NODE:OUTPUT
   * @return NaN for a regression
   */
  public double accuracy(List<Batch> batches, Map<String, Tensor> replaced) {
    return outputs
        .accuracy()
        .map(accuracy -> mean(batches, accuracy.asOutput(), replaced))
        .orElse(Double.NaN);
  }

  private double mean(List<Batch> batches, Output<TFloat32> scalar, Map<String, Tensor> replaced) {
    double sum = 0;
    long examples = 0;
    for (Batch batch : batches) {
      try (var result = runner(batch, replaced).fetch(scalar).run()) {
        sum += ((TFloat32) result.get(0)).getFloat() * (double) batch.size();
      }
      examples += batch.size();
    }
    return sum / examples;
  }

  /** The gradient of the mean loss. */
  @Override
  public double[] gradient(List<Batch> batches) {
    return weighted(
        batches,
        batch -> {
          Session.Runner runner = runner(batch);
          gradients.forEach(runner::fetch);
          return joined(runner, gradients.size());
        });
  }

  /** The Hessian of the mean loss at the parameters that are set when it's applied. */
  public SymmetricOperator hessian(List<Batch> batches) {
    return block(layout.parameters(), batches);
  }

  /**
   * The block of the Hessian that belongs to some parameters. Its vectors have the numbers of these
   * parameters alone, in their order.
   */
  public SymmetricOperator block(List<Parameter> parameters, List<Batch> batches) {
    int size = parameters.stream().mapToInt(Parameter::size).sum();
    return new SymmetricOperator() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public double[] apply(double[] vector) {
        return gathered(parameters, product(spread(parameters, vector), batches));
      }
    };
  }

  private double[] spread(List<Parameter> parameters, double[] vector) {
    double[] all = new double[layout.size()];
    int from = 0;
    for (Parameter parameter : parameters) {
      System.arraycopy(vector, from, all, parameter.offset(), parameter.size());
      from += parameter.size();
    }
    return all;
  }

  /** The parts of a vector of all parameters that belong to some, in their order. */
  public static double[] gathered(List<Parameter> parameters, double[] all) {
    double[] vector = new double[parameters.stream().mapToInt(Parameter::size).sum()];
    int from = 0;
    for (Parameter parameter : parameters) {
      System.arraycopy(all, parameter.offset(), vector, from, parameter.size());
      from += parameter.size();
    }
    return vector;
  }

  /**
   * The Hessian's product with a vector. All parts are fetched, also where only a block's are
   * wanted: for other fetches TensorFlow would prepare the graph anew, which takes seconds.
   */
  private double[] product(double[] vector, List<Batch> batches) {
    if (!hessian.exact()) {
      return CentralDifference.product(this, vector, batches);
    }
    try (TensorList parts = TensorList.split(vector, layout)) {
      return weighted(
          batches,
          batch -> {
            Session.Runner runner = runner(batch);
            hessian.feed(runner, parts);
            hessian.products().forEach(runner::fetch);
            return joined(runner, variables.size());
          });
    }
  }

  /**
   * The values of a tensor whose first dimension is the batch.
   *
   * @param tensor of the graph, float32
   * @param replaced tensors of the graph to be fed with other values, by NODE:OUTPUT
   * @return by example, the other dimensions flattened
   */
  public float[][] rows(Output<TFloat32> tensor, Batch batch, Map<String, Tensor> replaced) {
    return rows(List.of(tensor), batch, replaced).get(0);
  }

  /**
   * The values of tensors whose first dimension is the batch, or goes through one example after the
   * other, in one run of the graph.
   *
   * @param tensors of the graph, float32
   * @param replaced tensors of the graph to be fed with other values, by NODE:OUTPUT
   * @return by tensor and example, the other dimensions flattened; one array for equal tensors
   * @throws IllegalArgumentException if a tensor doesn't have equally many numbers an example
   */
  public List<float[][]> rows(
      List<Output<TFloat32>> tensors, Batch batch, Map<String, Tensor> replaced) {
    Session.Runner runner = runner(batch, replaced);
    List<Output<TFloat32>> distinct = tensors.stream().distinct().toList();
    distinct.forEach(runner::fetch);
    Map<Output<TFloat32>, float[][]> values = new HashMap<>();
    try (var result = runner.run()) {
      for (int i = 0; i < distinct.size(); i++) {
        values.put(distinct.get(i), rows(distinct.get(i), (TFloat32) result.get(i), batch.size()));
      }
    }
    return tensors.stream().map(values::get).toList();
  }

  private static float[][] rows(Output<TFloat32> tensor, TFloat32 value, int examples) {
    if (value.rank() == 0 || value.shape().get(0) % examples != 0) {
      throw new IllegalArgumentException(
          "the first dimension of "
              + tensor.op().name()
              + " goes through the examples, or is a multiple of their number "
              + examples
              + "; its shape is "
              + value.shape());
    }
    float[] flat = new float[Math.toIntExact(value.size())];
    value.copyTo(DataBuffers.of(flat));
    int width = flat.length / examples;
    float[][] rows = new float[examples][width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(flat, i * width, rows[i], 0, width);
    }
    return rows;
  }

  /** The gradient of the loss by a tensor, as a new tensor of the graph. */
  public Output<TFloat32> gradientBy(Output<TFloat32> tensor) {
    Output<?>[] found =
        graph.addGradients(
            SCOPE + "/by_" + tensor.op().name().replace('/', '_'),
            new Output<?>[] {outputs.loss().asOutput()},
            new Output<?>[] {tensor},
            null);
    return found[0].expect(TFloat32.class);
  }

  private Session.Runner runner(Batch batch) {
    return runner(batch, Map.of());
  }

  private Session.Runner runner(Batch batch, Map<String, Tensor> replaced) {
    Session.Runner runner = session.runner();
    replaced.forEach(runner::feed);
    batch
        .inputs()
        .forEach(
            (name, value) -> {
              if (!replaced.containsKey(name + ":0")) {
                runner.feed(name, value);
              }
            });
    return runner;
  }

  /** A vector that is a mean over examples. */
  private interface OfBatch {
    double[] compute(Batch batch);
  }

  private double[] weighted(List<Batch> batches, OfBatch vector) {
    double examples = batches.stream().mapToInt(Batch::size).sum();
    double[] mean = new double[layout.size()];
    for (Batch batch : batches) {
      double[] part = vector.compute(batch);
      double share = batch.size() / examples;
      for (int i = 0; i < mean.length; i++) {
        mean[i] += share * part[i];
      }
    }
    return mean;
  }

  private double[] joined(Session.Runner runner, int count) {
    double[] all = new double[layout.size()];
    try (var result = runner.run()) {
      for (int i = 0; i < count; i++) {
        copy((TFloat32) result.get(i), all, layout.parameters().get(i).offset());
      }
    }
    return all;
  }

  private static void copy(TFloat32 from, double[] target, int offset) {
    float[] part = new float[Math.toIntExact(from.size())];
    from.copyTo(DataBuffers.of(part));
    for (int i = 0; i < part.length; i++) {
      target[offset + i] = part[i];
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
