package org.grokfast.models.imdb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.models.layers.InitialValues;
import org.grokfast.models.layers.LeftPaddedLstm;
import org.grokfast.models.layers.Linear;
import org.grokfast.models.layers.Lstm;
import org.grokfast.models.layers.Parameters;
import org.grokfast.models.random.TorchRandom;
import org.grokfast.models.task.SavedSettings;
import org.grokfast.models.task.TaskGraph;
import org.grokfast.models.task.TaskModel;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The network of the reference's {@code main_imdb.py} (GitHub ironjr/grokfast, commit 93b2248):
 * word vectors, two LSTM layers and a linear one on the state after the last word, whose sigmoid is
 * the probability that the review is positive; all parameters multiplied at the start. The loss is
 * the mean binary cross-entropy.
 *
 * <p>The loss is computed from the logit, ln(1 + eˣ) − y·x, while the reference goes through a
 * float32 probability: they differ where that is 0 or 1, beyond logits of about ±17 and −88, for
 * which the reference's gradient is 0 and its loss 100.
 *
 * <p>Padding is a word like others, number 0, with a vector that is learned: so it is in the
 * reference.
 */
final class SentimentModel implements TaskModel {
  static final String NAME = "imdb";
  static final String TOKENS = "tokens";
  static final String LABELS = "labels";
  static final String VOCABULARY_FILE = "vocabulary.txt";

  static final String DATA = "data";
  static final String GENERATED = "generated";
  static final String VOCABULARY = "vocabulary";
  private static final int LAYERS = 2;

  private final SortedMap<String, String> settings;
  private final Vocabulary vocabulary;
  private final ReviewSelection selection;
  private final NetworkShape network;
  private final long seed;

  /**
   * The model of some settings.
   *
   * @param settings those that {@link #settings} gives, and any others
   * @throws org.grokfast.models.TrainingException if one is missing or no number
   * @throws IllegalArgumentException if a number is outside its range
   */
  SentimentModel(Map<String, String> settings) {
    this.settings = new TreeMap<>(settings);
    SavedSettings values = new SavedSettings(settings);
    vocabulary = new Vocabulary(List.of(values.text(VOCABULARY).split(" ")));
    selection =
        new ReviewSelection(
            values.integer("reviews"), values.integer("words"), values.integer("length"));
    network =
        new NetworkShape(
            values.integer("embedding"), values.integer("width"), values.real("initial-scale"));
    seed = values.integer64("seed");
  }

  /** The settings of a model, without what says which data it is for. */
  static SortedMap<String, String> settings(
      ReviewSelection selection, NetworkShape network, long seed, Vocabulary vocabulary) {
    SortedMap<String, String> map = new TreeMap<>();
    map.put("reviews", Integer.toString(selection.reviews()));
    map.put("words", Integer.toString(selection.words()));
    map.put("length", Integer.toString(selection.length()));
    map.put("embedding", Integer.toString(network.embedding()));
    map.put("width", Integer.toString(network.width()));
    map.put("initial-scale", Double.toString(network.initialScale()));
    map.put("seed", Long.toString(seed));
    map.put(VOCABULARY, String.join(" ", vocabulary.words()));
    return map;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return GENERATED.equals(settings.get(DATA))
        ? "Self-check on generated reviews, not IMDb"
        : String.format(Locale.ROOT, "IMDb, %,d reviews", selection.reviews());
  }

  @Override
  public SortedMap<String, String> settings() {
    return new TreeMap<>(settings);
  }

  @Override
  public SortedMap<String, String> assets() {
    SortedMap<String, String> files = new TreeMap<>();
    files.put(VOCABULARY_FILE, String.join("\n", vocabulary.words()) + "\n");
    return files;
  }

  /** How many numbered words there are, padding included. */
  private int tokens() {
    return vocabulary.words().size() + 1;
  }

  /** Draws the initial values as the reference does, after the batch that it looks at before. */
  InitialValues draw(TorchRandom random) {
    random.seed();
    random.seed();
    InitialValues values = new InitialValues(random);
    values.embedding("embedding", tokens(), network.embedding());
    for (int i = 0; i < LAYERS; i++) {
      values.lstm("lstm/" + i, inputs(i), network.width());
    }
    values.linear("head", network.width(), 1);
    values.scale(network.initialScale());
    return values;
  }

  private int inputs(int layer) {
    return layer == 0 ? network.embedding() : network.width();
  }

  @Override
  public TaskGraph build(Ops tf) {
    int length = selection.length();
    Placeholder<TInt32> tokens =
        tf.withName(TOKENS)
            .placeholder(TInt32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE, length)));
    Placeholder<TInt32> labels =
        tf.withName(LABELS)
            .placeholder(TInt32.class, Placeholder.shape(Shape.of(Shape.UNKNOWN_SIZE)));
    Parameters parameters = Parameters.of(tf, draw(new TorchRandom(seed)));
    Operand<TFloat32> embedding =
        parameters.scope("embedding").drawn("weight", Shape.of(tokens(), network.embedding()));
    Parameters stack = parameters.scope("lstm");
    List<Lstm> layers = new ArrayList<>();
    for (int i = 0; i < LAYERS; i++) {
      layers.add(Lstm.of(stack.scope(Integer.toString(i)), inputs(i), network.width()));
    }
    Linear head = Linear.of(parameters.scope("head"), network.width(), 1);
    Operand<TFloat32> hidden = new LeftPaddedLstm(tf, embedding, layers).lastHidden(tokens, length);
    Operand<TFloat32> logits =
        tf.withName("logits").reshape(head.apply(hidden), tf.constant(new int[] {-1}));
    Operand<TFloat32> truth = tf.dtypes.cast(labels, TFloat32.class);
    Operand<TFloat32> losses = tf.math.sub(tf.math.softplus(logits), tf.math.mul(truth, logits));
    Operand<TFloat32> loss = tf.withName("loss").math.mean(losses, tf.constant(0));
    Operand<TFloat32> predicted =
        tf.dtypes.cast(tf.math.greater(logits, tf.constant(0f)), TFloat32.class);
    Operand<TFloat32> right = tf.dtypes.cast(tf.math.equal(predicted, truth), TFloat32.class);
    Operand<TFloat32> accuracy = tf.withName("accuracy").math.mean(right, tf.constant(0));
    // The layers below go through the tokens in blocks of sequences, sorted by their length.
    Map<String, Operand<TFloat32>> known = new LinkedHashMap<>();
    known.put("lstm/" + (layers.size() - 1), hidden);
    known.put("head", logits);
    return TaskGraph.classifier(loss, accuracy, logits, parameters.elements()).withLayers(known);
  }
}
