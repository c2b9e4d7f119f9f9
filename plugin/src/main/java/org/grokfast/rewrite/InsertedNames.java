package org.grokfast.rewrite;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The names of everything that is inserted into a graph, and the keys that identify it: what strip,
 * diff, inspect, verify and a second rewrite read. A node of TensorFlow carries the keys as
 * attributes, whose leading underscore is TensorFlow's own way for annotations; a node or a model
 * of ONNX carries them as entries of {@code metadata_props}.
 */
public final class InsertedNames {
  /** The root of all inserted names. */
  public static final String ROOT = "grokfast";

  /** How inserted names start. */
  public static final String PREFIX = ROOT + "/";

  /** How the name of the node ends that hands out a filtered gradient. */
  public static final String GRADIENT = "/gradient";

  /** The counter of steps, below the root. */
  public static final String STEP = "step";

  /** What is computed once for all variables, below the root. */
  public static final String SCHEDULE = "schedule";

  /** The node that initialises all state, below the root. */
  public static final String INIT = "init";

  /** The state that counts how often each row of a variable has occurred. */
  public static final String SEEN = "seen";

  /** What is measured, below the root in total and below each variable. */
  public static final String PROBE = "probe";

  /** The name of an update that something follows, below its variable. */
  public static final String UPDATE = "update";

  /** What says whether a step makes updates, below the root. */
  public static final String UPDATES = "updates";

  /** What an update takes in place of a parameter, below the parameter. */
  public static final String WEIGHTS = "weights";

  /** What gives the next value of a parameter in place of its update, below the parameter. */
  public static final String NEXT = "next";

  /** A gradient whose own name what is filtered has, below the parameter. */
  public static final String RAW = "raw";

  /** What gives that name to what is filtered, below the parameter. */
  public static final String CARRIED = "carried";

  /** How the name of the node ends that makes a sparse gradient dense. */
  public static final String DENSE = "/dense";

  /** How the name of the placeholder ends from which a parameter is set. */
  public static final String NEW_VALUE = "/new_value";

  /** How the name of the node ends that sets a parameter. */
  public static final String SET = "/set";

  /** How the name of a function's copy in a live graph ends. */
  public static final String COPY = "_grokfast";

  /** What the output that carries a state in ONNX has behind the input's name. */
  public static final String NEW = "_new";

  /** TensorFlow, on every inserted node: the pass and its version. */
  public static final String ATTRIBUTE = "_grokfast";

  /** TensorFlow, on the node that hands out a filtered gradient: the filter's description. */
  public static final String FILTER_ATTRIBUTE = ATTRIBUTE + "_filter";

  /** TensorFlow, on a node that stands in for another input: the input as it was spelled. */
  public static final String REPLACES_ATTRIBUTE = ATTRIBUTE + "_replaces";

  /** TensorFlow, on a node whose shapes changed: its {@code _output_shapes} as they were. */
  public static final String OUTPUT_SHAPES_ATTRIBUTE = ATTRIBUTE + "_output_shapes";

  /** TensorFlow, on the node that replaces a train op in a live graph: that op's name. */
  public static final String TRAIN_OP_ATTRIBUTE = ATTRIBUTE + "_train_op";

  /** TensorFlow, on a node that was copied in a live graph: the name of the original. */
  public static final String COPY_OF_ATTRIBUTE = ATTRIBUTE + "_copy_of";

  /** TensorFlow, on a node of the saver that was added when a live graph was wrapped. */
  public static final String SAVER_ATTRIBUTE = ATTRIBUTE + "_saver";

  /** TensorFlow, on a node that orders an update: the variable that is updated. */
  public static final String ORDERS_ATTRIBUTE = ATTRIBUTE + "_orders";

  /** TensorFlow, on an update that was moved so that something can follow it: its old name. */
  public static final String MOVED_FROM_ATTRIBUTE = ATTRIBUTE + "_moved_from";

  /** TensorFlow, on what stands under the old name of a moved update: the new one. */
  public static final String MOVED_TO_ATTRIBUTE = ATTRIBUTE + "_moved_to";

  /** TensorFlow, on what stands in place of an update: the update, as the bytes of its node. */
  public static final String REPLACED_ATTRIBUTE = ATTRIBUTE + "_replaced";

  /** TensorFlow, on a node that changes weights by the learning rate: the tensor of that rate. */
  public static final String RATE_ATTRIBUTE = ATTRIBUTE + "_rate";

  /** ONNX, on the model and on every inserted node: the pass and its version. */
  public static final String ENTRY = "grokfast";

  /** ONNX, on the model and on a filter's last node: the filter's description. */
  public static final String FILTER_ENTRY = ENTRY + ".filter";

  /** ONNX, on a node that stands in for another tensor: that tensor's name. */
  public static final String REPLACES_ENTRY = ENTRY + ".replaces";

  /** ONNX, on what stands under the old name of a moved tensor: the new one. */
  public static final String MOVED_ENTRY = ENTRY + ".moved_to";

  /** ONNX, on a filter's last node: the tensor that says whether a step makes the update. */
  public static final String GATE_ENTRY = ENTRY + ".gate";

  /** ONNX, on the model: the new inputs and outputs, as JSON. */
  public static final String STATE_ENTRY = ENTRY + ".state";

  /** ONNX, on the model: the version of the default domain that was added to the imports. */
  public static final String OPSET_ENTRY = ENTRY + ".opset";

  /** ONNX, on the model, a parameter's name behind it: the output that the user said updates it. */
  public static final String UPDATE_ENTRY = ENTRY + ".update.";

  private static final Pattern NUMBER = Pattern.compile("_\\d+$");

  private InsertedNames() {}

  /** A name below the root. */
  public static String of(String name) {
    return PREFIX + name;
  }

  /** A name without the number that is appended where it was taken. */
  public static String withoutNumber(String name) {
    return NUMBER.matcher(name).replaceFirst("");
  }

  /** Whether an inserted name is that of a node below the root. */
  public static boolean is(String name, String below) {
    return name.equals(of(below)) || withoutNumber(name).equals(of(below));
  }

  /**
   * Whether an inserted name is that of a parameter such as {@code lamb}: the common one or a
   * variable's own.
   */
  public static boolean isParameter(String name, String parameter) {
    if (!name.startsWith(PREFIX)) {
      return false;
    }
    String last = name.substring(name.lastIndexOf('/') + 1);
    return last.equals(parameter) || withoutNumber(last).equals(parameter);
  }

  /** The variables whose filtered gradient a node of this name may be, the likeliest first. */
  public static List<String> variables(String gradient) {
    int length = gradient.length() - PREFIX.length() - GRADIENT.length();
    if (length <= 0 || !gradient.startsWith(PREFIX) || !gradient.endsWith(GRADIENT)) {
      return List.of();
    }
    String name = gradient.substring(PREFIX.length(), PREFIX.length() + length);
    return List.of(name, withoutNumber(name));
  }
}
