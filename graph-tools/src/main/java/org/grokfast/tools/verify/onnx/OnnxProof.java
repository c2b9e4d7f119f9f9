package org.grokfast.tools.verify.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.io.GraphFileException;
import org.grokfast.proof.Judge;
import org.grokfast.proof.Losses;
import org.grokfast.proof.Measurement;
import org.grokfast.proof.SiteProof;

/**
 * Proves in some steps of training that filters stand on gradients: moves one parameter, everything
 * else being as it was before the step, and computes the losses anew.
 */
final class OnnxProof {
  private static final int STEPS = 3;

  /** Of elements of one parameter; the directions are kept in memory. */
  private static final int MOST_ELEMENTS = 20_000_000;

  /** After which nothing more is measured, in nanoseconds. */
  private static final long LONGEST = 60_000_000_000L;

  private static final double DOUBLE = 0x1p-50;

  private final OnnxPlan plan;
  private final ProofPlan proof;
  private final Path folder;
  private final Map<String, List<Measurement>> measured = new HashMap<>();
  private final long start = System.nanoTime();
  private boolean doubled;
  private boolean late;

  OnnxProof(OnnxPlan plan, Path folder) {
    this.plan = plan;
    this.proof = plan.proof();
    this.folder = folder;
  }

  /** The values of a step's inputs, as numbers. */
  private record Point(Map<String, InputTensor> inputs) {
    Point with(String name, double[] elements) {
      Map<String, InputTensor> moved = new LinkedHashMap<>(inputs);
      InputTensor old = inputs.get(name);
      moved.put(name, new InputTensor(old.type(), old.shape(), elements));
      return new Point(moved);
    }
  }

  /** A tensor as numbers. */
  @SuppressWarnings("ArrayRecordComponent") // handed from one method to the next, never compared
  private record InputTensor(int type, List<Long> shape, double[] elements) {}

  List<SiteProof> run() throws OrtException {
    doubled = Files.exists(file(true)) && opens();
    try (OrtSession session = proof.random() ? null : open()) {
      Map<String, InputTensor> carried = start();
      for (int number = 0; number < STEPS && !late; number++) {
        Point point = point(carried, number);
        Map<String, double[]> values = run(session, point, null);
        for (ProofPlan.Site site : proof.sites()) {
          measure(session, point, site, values, number);
        }
        for (Map.Entry<String, String> update : plan.updates().entrySet()) {
          InputTensor old = carried.get(update.getKey());
          double[] next = values.get(update.getValue());
          if (old != null && next != null) {
            carried.put(update.getKey(), new InputTensor(old.type(), old.shape(), next));
          }
        }
      }
    }
    return proof.sites().stream().map(this::judge).toList();
  }

  private Path file(boolean inDouble) {
    return folder
        .resolve(inDouble ? ChildFiles.DOUBLED : ChildFiles.PROOF)
        .resolve(ChildFiles.MODEL);
  }

  /** Whether the runtime has the kernels for the model in float64. */
  private boolean opens() {
    try (OrtSession session = open(true)) {
      return session.getNumOutputs() > 0;
    } catch (OrtException e) {
      return false;
    }
  }

  private OrtSession open() throws OrtException {
    return open(doubled);
  }

  private OrtSession open(boolean inDouble) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      return OrtEnvironment.getEnvironment().createSession(file(inDouble).toString(), options);
    }
  }

  /** What lasts, before the first step: parameters and constants random, all else zero. */
  private Map<String, InputTensor> start() throws OrtException {
    OnnxFeeds feeds = new OnnxFeeds(plan);
    Map<String, InputTensor> carried = new LinkedHashMap<>();
    for (StepInput zero : plan.carried()) {
      long count = zero.shape().stream().reduce(1L, Math::multiplyExact);
      carried.put(
          zero.name(),
          new InputTensor(zero.type(), zero.shape(), new double[Math.toIntExact(count)]));
    }
    for (StepInput input :
        Stream.concat(plan.parameters().stream(), proof.constants().stream()).toList()) {
      carried.put(
          input.name(), new InputTensor(input.type(), input.shape(), feeds.firstElements(input)));
    }
    return carried;
  }

  private Point point(Map<String, InputTensor> carried, int number) throws OrtException {
    Map<String, InputTensor> inputs = new LinkedHashMap<>(carried);
    new OnnxFeeds(plan)
        .elements(number)
        .forEach(
            (input, value) ->
                inputs.put(
                    input.name(), new InputTensor(input.type(), value.shape(), value.elements())));
    return new Point(inputs);
  }

  /** The outputs of a run; all, or some. */
  private Map<String, double[]> run(OrtSession shared, Point point, Set<String> wanted)
      throws OrtException {
    OrtSession session = shared == null ? open() : shared;
    Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
    try {
      for (String name : session.getInputNames()) {
        InputTensor input = point.inputs().get(name);
        if (input == null) {
          throw new GraphFileException("input '" + name + "' has no value");
        }
        int type = doubled ? DoublePrecision.type(input.type()) : input.type();
        feeds.put(name, OrtNumbers.tensor(type, input.shape(), input.elements()));
      }
      Map<String, double[]> values = new HashMap<>();
      Set<String> outputs = wanted == null ? session.getOutputNames() : wanted;
      try (OrtSession.Result result = session.run(feeds, outputs)) {
        for (String name : outputs) {
          if (result.get(name).orElseThrow() instanceof OnnxTensor tensor) {
            values.put(name, OrtNumbers.all(tensor));
          }
        }
      }
      return values;
    } finally {
      feeds.values().forEach(OnnxTensor::close);
      if (shared == null) {
        session.close();
      }
    }
  }

  private void measure(
      OrtSession session,
      Point point,
      ProofPlan.Site site,
      Map<String, double[]> values,
      int number) {
    late |= System.nanoTime() - start > LONGEST;
    InputTensor parameter = point.inputs().get(site.variable());
    if (late
        || parameter == null
        || proof.losses().isEmpty()
        || parameter.elements().length > MOST_ELEMENTS
        || !fits(values.get(site.outputs().get(0)), parameter)) {
      return;
    }
    double[] none = new double[parameter.elements().length];
    List<double[]> tensors =
        site.outputs().stream()
            .map(values::get)
            .map(tensor -> fits(tensor, parameter) ? tensor : none)
            .toList();
    Set<String> outputs = Set.copyOf(lossOutputs());
    Losses losses =
        elements -> {
          try {
            Map<String, double[]> moved =
                run(session, point.with(site.variable(), elements), outputs);
            return lossOutputs().stream().mapToDouble(name -> moved.get(name)[0]).toArray();
          } catch (OrtException e) {
            throw new GraphFileException("the loss could not be computed: " + e.getMessage(), e);
          }
        };
    measured
        .computeIfAbsent(site.variable(), name -> new ArrayList<>())
        .add(
            Measurement.of(
                losses,
                parameter.elements(),
                tensors,
                doubled ? DOUBLE : proof.rounding(),
                plan.run().seed() + number));
  }

  private static boolean fits(double[] tensor, InputTensor parameter) {
    return tensor != null && tensor.length == parameter.elements().length;
  }

  private List<String> lossOutputs() {
    return proof.losses().stream().map(ProofPlan.Loss::output).toList();
  }

  private SiteProof judge(ProofPlan.Site site) {
    List<Measurement> steps = measured.getOrDefault(site.variable(), List.of());
    if (steps.isEmpty() && late) {
      return SiteProof.undecided(
          site.variable(), "the losses of other variables took a minute to compute");
    }
    if (proof.losses().isEmpty()) {
      return SiteProof.undecided(
          site.variable(),
          "the model has no single number that depends on it and on the data; name the loss with"
              + " --loss");
    }
    Judge judge =
        new Judge(
            site.variable(),
            proof.losses().stream().map(ProofPlan.Loss::tensor).toList(),
            site.tensors(),
            new Judge.Context(proof.named(), proof.certain(), site.clipped()));
    return judge.decide(steps);
  }
}
