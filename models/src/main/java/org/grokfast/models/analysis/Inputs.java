package org.grokfast.models.analysis;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.grokfast.models.analysis.graph.LossGraph;
import org.grokfast.models.analysis.graph.ParameterLayout.Parameter;
import org.grokfast.models.task.Batch;
import org.tensorflow.GraphOperation;
import org.tensorflow.Output;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/**
 * Where a model's inputs become numbers that noise can be added to: the rows that the first lookup
 * of an embedding gives, or the only placeholder of floats. Noise Δ on one-hot tokens is Δ·W on
 * their embeddings W (arXiv 2311.06597 perturbs one-hot inputs).
 */
final class Inputs {
  private final LossGraph loss;
  private final Output<TFloat32> tensor;
  private final Optional<Parameter> embedding;

  private Inputs(LossGraph loss, Output<TFloat32> tensor, Optional<Parameter> embedding) {
    this.loss = loss;
    this.tensor = tensor;
    this.embedding = embedding;
  }

  /** The inputs of a model, if they can be told. */
  static Optional<Inputs> find(LossGraph loss, Batch batch) {
    Iterator<GraphOperation> operations = loss.graph().operations();
    while (operations.hasNext()) {
      GraphOperation operation = operations.next();
      if (operation.type().equals("GatherV2")) {
        Optional<Parameter> table = table(loss, operation);
        if (table.isPresent()) {
          return Optional.of(new Inputs(loss, operation.output(0), table));
        }
      }
    }
    List<String> floats =
        batch.inputs().entrySet().stream()
            .filter(entry -> entry.getValue() instanceof TFloat32)
            .map(Map.Entry::getKey)
            .toList();
    return floats.size() != 1
        ? Optional.empty()
        : Optional.of(
            new Inputs(loss, loss.graph().operation(floats.get(0)).output(0), Optional.empty()));
  }

  private static Optional<Parameter> table(LossGraph loss, GraphOperation gather) {
    GraphOperation read = gather.input(0).op() instanceof GraphOperation op ? op : null;
    while (read != null && read.type().equals("Identity")) {
      read = read.input(0).op() instanceof GraphOperation op ? op : null;
    }
    String name = read == null ? "" : read.name();
    return loss.layout().parameters().stream()
        .filter(parameter -> parameter.name().equals(name) && parameter.shape().size() == 2)
        .findFirst();
  }

  /** The tensor's name, as it's fed. */
  String name() {
    return tensor.op().name() + ":" + tensor.index();
  }

  Output<TFloat32> tensor() {
    return tensor;
  }

  /** The clean values of a batch, by example. */
  float[][] clean(Batch batch) {
    if (embedding.isEmpty()) {
      return flat((TFloat32) batch.inputs().get(tensor.op().name()), batch.size());
    }
    return loss.rows(tensor, batch, Map.of());
  }

  /** The values with noise added. */
  float[][] noisy(Batch batch, double[] theta, double deviation, long seed) {
    Random random = new Random(seed);
    float[][] rows = clean(batch);
    Optional<double[][]> table = embedding.map(parameter -> parameter.matrix(theta));
    for (float[] row : rows) {
      if (table.isPresent()) {
        addThroughTable(row, table.get(), deviation, random);
      } else {
        for (int i = 0; i < row.length; i++) {
          row[i] += (float) (deviation * random.nextGaussian());
        }
      }
    }
    return rows;
  }

  private static void addThroughTable(
      float[] row, double[][] table, double deviation, Random random) {
    int width = table[0].length;
    for (int position = 0; position < row.length / width; position++) {
      double[] sum = new double[width];
      for (double[] token : table) {
        double noise = deviation * random.nextGaussian();
        for (int i = 0; i < width; i++) {
          sum[i] += noise * token[i];
        }
      }
      for (int i = 0; i < width; i++) {
        row[position * width + i] += (float) sum[i];
      }
    }
  }

  /** Values as the tensor that a run of the graph is fed with. */
  Tensor fed(float[][] rows, Batch batch) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return TFloat32.tensorOf(shape(rows, batch), DataBuffers.of(flat, true, false));
  }

  private Shape shape(float[][] rows, Batch batch) {
    if (embedding.isEmpty()) {
      return batch.inputs().get(tensor.op().name()).shape();
    }
    int width = embedding.get().shape().get(1);
    return Shape.of(rows.length, rows[0].length / width, width);
  }

  private static float[][] flat(TFloat32 tensor, int examples) {
    float[] flat = new float[Math.toIntExact(tensor.size())];
    tensor.copyTo(DataBuffers.of(flat));
    float[][] rows = new float[examples][flat.length / examples];
    for (int i = 0; i < examples; i++) {
      System.arraycopy(flat, i * rows[0].length, rows[i], 0, rows[0].length);
    }
    return rows;
  }
}
