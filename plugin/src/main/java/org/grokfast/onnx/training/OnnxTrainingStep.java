package org.grokfast.onnx.training;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.grokfast.onnx.CarriedValue;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxReader;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.rewrite.GraphRewriteException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that is one training step, run again and again in ONNX Runtime: parameters, optimizer
 * state and filter state that a step gives are fed to the next one. Works for rewritten models and
 * for originals alike, so that the same program trains both.
 *
 * <pre>{@code
 * try (OnnxTrainingStep step = OnnxTrainingStep.open(Path.of("filtered.onnx"))) {
 *   step.set("w0", firstWeights);            // every parameter and optimizer state, once
 *   Map<String, OnnxTensor> results = step.run(Map.of("x", x, "y", y, "lr", rate));
 *   results.get("loss");                     // valid until the next step
 *   step.save(Path.of("step-1.onnx"));
 * }
 * }</pre>
 *
 * <p>Filter state starts by itself. Not safe for use by several threads at once.
 */
public final class OnnxTrainingStep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxTrainingStep.class);

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final String source;
  private final OrtSession session;
  private final CarriedTensors carried;

  private OnnxTrainingStep(String source, OrtSession session, List<CarriedValue> values)
      throws OrtException {
    this.source = source;
    this.session = session;
    this.carried = new CarriedTensors(source, session, values);
    for (CarriedValue value : values) {
      if (value.isFilterState()) {
        carried.startAfresh(environment, value);
      }
    }
  }

  /**
   * Opens a model with the runtime's default options.
   *
   * @throws GraphRewriteException as {@link #open(Path, OrtSession.SessionOptions, Map)}
   * @throws OrtException if the runtime does not take the model
   */
  public static OnnxTrainingStep open(Path model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      return open(model, options, Map.of());
    }
  }

  /**
   * Opens a model.
   *
   * @param model the file; external data lies beside it
   * @param options of the runtime: threads, devices; they stay the caller's to close
   * @param updates outputs by input, where neither names nor the flow of data tell which output
   *     holds the next value of an input; what {@code --update} said when the model was rewritten
   *     is known
   * @throws GraphRewriteException if the file is no model, carries nothing from step to step, or
   *     has an initializer for what is carried
   * @throws OrtException if the runtime does not take the model
   */
  public static OnnxTrainingStep open(
      Path model, OrtSession.SessionOptions options, Map<String, String> updates)
      throws OrtException {
    OnnxFile file = new OnnxReader().read(model);
    OnnxValidator.validate(file);
    List<CarriedValue> carried = CarriedValue.of(file.model(), updates);
    if (carried.isEmpty()) {
      throw new GraphRewriteException(
          file.source()
              + ": no output holds the next value of an input, so this is no training step; name the"
              + " pairs, or give the model that trains");
    }
    requireFed(file, carried);
    OrtSession session =
        OrtEnvironment.getEnvironment().createSession(model.toAbsolutePath().toString(), options);
    try {
      return new OnnxTrainingStep(file.source(), session, carried);
    } catch (OrtException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** The Java API of ONNX Runtime takes no value for an input that has an initializer. */
  private static void requireFed(OnnxFile file, List<CarriedValue> carried) {
    Set<String> names = new TreeSet<>();
    carried.forEach(value -> names.add(value.input()));
    file.model().getGraph().getInitializerList().stream()
        .filter(tensor -> names.contains(tensor.getName()))
        .findFirst()
        .ifPresent(
            tensor -> {
              throw new GraphRewriteException(
                  file.source()
                      + ": input '"
                      + tensor.getName()
                      + "' has an initial value in the model, and ONNX Runtime's Java API takes no"
                      + " other for such an input; take the initializer out of the model and set"
                      + " the value");
            });
  }

  /** What is fed from step to step, in the model's order. */
  public List<CarriedValue> carried() {
    return carried.list();
  }

  /** The inputs to give in every step: those that nothing is carried to. */
  public Set<String> dataInputs() {
    Set<String> names = new TreeSet<>(session.getInputNames());
    carried.list().forEach(value -> names.remove(value.input()));
    return names;
  }

  /** The carried values that have to be set before the first step, and were not. */
  public Set<String> missing() {
    return carried.missing();
  }

  /**
   * Sets a carried value: a parameter's first value, or anything between two steps, such as {@code
   * grokfast/lamb}. The tensor is copied and stays the caller's to close.
   *
   * @throws GraphRewriteException if nothing of this name is carried, or type or shape differ
   */
  public void set(String input, OnnxTensor value) throws OrtException {
    TensorInfo expected = carried.info(input);
    TensorInfo actual = value.getInfo();
    if (actual.onnxType != expected.onnxType || !TensorInfos.fits(expected, actual.getShape())) {
      throw new GraphRewriteException(
          "value of '"
              + input
              + "' is "
              + TensorInfos.text(actual)
              + ", but the model takes "
              + TensorInfos.text(expected));
    }
    carried.put(input, TensorBytes.copy(environment, value));
  }

  /**
   * Sets every element of carried values to zero, as most optimizers' states start.
   *
   * @throws GraphRewriteException if nothing of a name is carried, or its shape is not fixed
   */
  public void setZero(String... names) throws OrtException {
    for (String name : names) {
      carried.put(name, TensorBytes.filled(environment, name, carried.info(name), 0));
    }
  }

  /**
   * A carried value: what was set, or what the last step gave. Not the caller's to close, and valid
   * until the next step.
   *
   * @throws GraphRewriteException if nothing of this name is carried or it was not set yet
   */
  public OnnxTensor get(String input) {
    carried.info(input);
    OnnxTensor value = carried.values().get(input);
    if (value == null) {
      throw new GraphRewriteException("value of '" + input + "' was not set yet");
    }
    return value;
  }

  /**
   * Runs one step. Where it fails, the carried values are what they were before.
   *
   * @param data all {@link #dataInputs}; they stay the caller's to close
   * @return the outputs that are not carried, such as the loss; not the caller's to close, and
   *     valid until the next step
   * @throws GraphRewriteException if an input is missing or unknown
   * @throws OrtException if the runtime fails
   */
  public Map<String, OnnxTensor> run(Map<String, OnnxTensor> data) throws OrtException {
    carried.requireSet();
    if (!data.keySet().equals(dataInputs())) {
      throw new GraphRewriteException(
          source + ": a step takes " + dataInputs() + ", but got " + new TreeSet<>(data.keySet()));
    }
    Map<String, OnnxTensor> feeds = new LinkedHashMap<>(carried.values());
    feeds.putAll(data);
    return carried.take(session.run(feeds));
  }

  /**
   * Saves all carried values, filter state included, as the initializers of an ONNX file, which is
   * replaced in one step.
   *
   * @throws org.grokfast.io.GraphFileException if it can't be written
   * @throws GraphRewriteException if a value was not set yet
   */
  public void save(Path file) {
    carried.requireSet();
    SavedValues.write(file, carried.values());
  }

  /**
   * Goes on from a file that {@link #save} wrote: the steps that follow are those that would have
   * followed then, bit for bit. Filter state that the file lacks, as one from before the rewriting
   * does, starts afresh, which is logged.
   *
   * @return the states that started afresh
   * @throws org.grokfast.io.GraphFileException if the file can't be read, lacks a parameter or
   *     optimizer state, or holds one of another type or shape
   */
  public List<String> resume(Path file) throws OrtException {
    Map<String, OnnxTensor> read = SavedValues.read(file, environment, expected());
    List<String> fresh = new ArrayList<>();
    for (CarriedValue value : carried.list()) {
      OnnxTensor tensor = read.remove(value.input());
      if (tensor != null) {
        carried.put(value.input(), tensor);
      } else {
        carried.startAfresh(environment, value);
        fresh.add(value.input());
      }
    }
    if (!fresh.isEmpty()) {
      LOG.warn("{} holds no filter state for {}: it starts afresh", file, fresh);
    }
    return fresh;
  }

  /** What a file has to hold; the filter's state may be missing. */
  private Map<String, SavedValues.Expected> expected() {
    Map<String, SavedValues.Expected> expected = new LinkedHashMap<>();
    for (CarriedValue value : carried.list()) {
      expected.put(
          value.input(),
          new SavedValues.Expected(carried.info(value.input()), value.isFilterState()));
    }
    return expected;
  }

  @Override
  public void close() throws OrtException {
    carried.close();
    session.close();
  }
}
