package org.grokfast.models.algorithmic;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.Batch;
import org.grokfast.models.task.EpochOrders;
import org.grokfast.models.task.Split;
import org.grokfast.models.task.StepInputs;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskGraph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TInt32;

/**
 * Learning the answers of {@link Equations}: the equations are split at random into training and
 * validation, and the decoder's loss is the mean cross-entropy of the answer.
 *
 * <p>A seed means what it means to the reference (GitHub ironjr/grokfast, commit 93b2248, {@code
 * main.py}) under PyTorch 2.13 on a CPU: one generator draws the weights, then the split, then the
 * order of every epoch.
 */
public final class AlgorithmicTask implements Task {
  /** The reference's share of the equations that is trained on. */
  public static final double DEFAULT_TRAIN_FRACTION = 0.5;

  static final String NAME = "algorithmic";

  private final Equations data;
  private final double trainFraction;
  private final DecoderShape shape;
  private final Objective objective;
  private final long seed;
  private final int[] training;
  private final int[] validation;

  /**
   * A task with the reference's decoder.
   *
   * @param data the equations
   * @param trainFraction the share to train on, in (0, 1); rounded down to whole equations
   * @param seed of the split and of the initial parameters
   * @throws IllegalArgumentException if the fraction leaves one of the two parts empty
   */
  public AlgorithmicTask(Equations data, double trainFraction, long seed) {
    this(data, trainFraction, seed, DecoderShape.reference(data.tokens()));
  }

  /** A task with a decoder of another shape; its tokens are those of the data. */
  public AlgorithmicTask(Equations data, double trainFraction, long seed, DecoderShape shape) {
    this(data, trainFraction, seed, shape, Objective.PLAIN);
  }

  /**
   * A task whose loss is more than the cross-entropy.
   *
   * @throws IllegalArgumentException if the fraction leaves one of the two parts empty, the decoder
   *     has other tokens, or the loss asks an operation to commute that doesn't
   */
  public AlgorithmicTask(
      Equations data, double trainFraction, long seed, DecoderShape shape, Objective objective) {
    int count = (int) (data.size() * trainFraction);
    if (!(trainFraction > 0 && trainFraction < 1) || count == 0) {
      throw new IllegalArgumentException(
          "train fraction must be in (0, 1) and leave an equation on both sides, was "
              + trainFraction);
    }
    if (shape.tokens() != data.tokens() || shape.positions() < Equations.LENGTH) {
      throw new IllegalArgumentException(
          "the decoder needs " + data.tokens() + " tokens and at least 4 positions, was " + shape);
    }
    if (objective.commutativity() > 0 && !commutes(data)) {
      throw new IllegalArgumentException(
          "commutativity must be 0 for " + data.title() + ", which does not commute");
    }
    this.data = data;
    this.objective = objective;
    this.trainFraction = trainFraction;
    this.seed = seed;
    this.shape = shape;
    int[] order = afterWeights(seed).permutation(data.size());
    training = Arrays.copyOf(order, count);
    validation = Arrays.copyOfRange(order, count, order.length);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "Algorithmic data: " + data.title();
  }

  @Override
  public SortedMap<String, String> settings() {
    SortedMap<String, String> map = new TreeMap<>(data.settings());
    map.put("train-fraction", Double.toString(trainFraction));
    map.put("seed", Long.toString(seed));
    map.put("width", Integer.toString(shape.width()));
    map.put("heads", Integer.toString(shape.heads()));
    map.put("blocks", Integer.toString(shape.blocks()));
    map.put("positions", Integer.toString(shape.positions()));
    map.putAll(objective.settings());
    return map;
  }

  @Override
  public int examples(Split split) {
    return equations(split).length;
  }

  /** The equation that an example of a split is. */
  public int equation(Split split, int example) {
    return equations(split)[example];
  }

  /**
   * The same equations with their operands the other way round, if the operation commutes. The
   * answers stay.
   *
   * @param batch of this task
   */
  public Optional<Batch> swapped(Batch batch) {
    if (!commutes(data)) {
      return Optional.empty();
    }
    int length = Equations.LENGTH;
    int[] tokens = new int[batch.size() * length];
    int[] answers = new int[batch.size()];
    ((TInt32) batch.inputs().get(AlgorithmicGraph.TOKENS)).copyTo(DataBuffers.of(tokens));
    ((TInt32) batch.inputs().get(AlgorithmicGraph.ANSWERS)).copyTo(DataBuffers.of(answers));
    for (int i = 0; i < tokens.length; i += length) {
      int left = tokens[i];
      tokens[i] = tokens[i + 2];
      tokens[i + 2] = left;
    }
    return Optional.of(batch(tokens, answers));
  }

  /** Whether x ∘ y = y ∘ x for all x and y that there are equations for. */
  static boolean commutes(Equations data) {
    Map<List<Integer>, Integer> results = new HashMap<>();
    for (int i = 0; i < data.size(); i++) {
      results.put(List.of(data.x(i), data.y(i)), data.answer(i));
    }
    return results.entrySet().stream()
        .allMatch(
            entry -> {
              List<Integer> pair = entry.getKey();
              Integer other = results.get(List.of(pair.get(1), pair.get(0)));
              return other == null || other.equals(entry.getValue());
            });
  }

  @Override
  public EpochOrders orders(long seed) {
    TorchRandom random = afterWeights(seed);
    random.permutation(data.size());
    return EpochOrders.reshuffled(random, training.length);
  }

  private TorchRandom afterWeights(long seed) {
    TorchRandom random = new TorchRandom(seed);
    DecoderValues.draw(shape, random);
    return random;
  }

  private int[] equations(Split split) {
    return split == Split.TRAINING ? training : validation;
  }

  @Override
  public TaskGraph build(Ops tf) {
    return new AlgorithmicGraph(tf, shape, objective, seed).outputs();
  }

  @Override
  public TaskGraph buildForTraining(Ops tf) {
    return new AlgorithmicGraph(tf, shape, objective, seed).trained();
  }

  @Override
  public StepInputs stepInputs(long seed) {
    return objective.perturbation().inputs(seed);
  }

  @Override
  public Batch batch(Split split, int[] examples) {
    int length = Equations.LENGTH;
    int[] tokens = new int[examples.length * length];
    int[] answers = new int[examples.length];
    for (int i = 0; i < examples.length; i++) {
      int equation = equations(split)[examples[i]];
      data.write(equation, tokens, i * length);
      answers[i] = data.answer(equation);
    }
    return batch(tokens, answers);
  }

  private static Batch batch(int[] tokens, int[] answers) {
    int size = answers.length;
    return new Batch(
        Map.of(
            AlgorithmicGraph.TOKENS,
            TInt32.tensorOf(Shape.of(size, Equations.LENGTH), DataBuffers.of(tokens, true, false)),
            AlgorithmicGraph.ANSWERS,
            TInt32.tensorOf(Shape.of(size), DataBuffers.of(answers, true, false))),
        size);
  }
}
