package org.grokfast.tensorflow.graph;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grokfast.tensorflow.nodes.OpMemo;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What is known about TensorFlow's ops, once: where training ops take their gradient, what writes a
 * variable, what hands its input on, and through which inputs values flow. A test compares the
 * training ops and the writes with the definitions that TensorFlow itself reports.
 */
public final class OpTable {
  /** The op that stands for an argument in the view of a function. */
  public static final String ARGUMENT = "_Arg";

  /** The input of a write that names the variable. */
  private static final int TARGET = 0;

  private static final String RESOURCE = "Resource";
  private static final String SPARSE = "SparseApply";
  private static final String DENSE = "Apply";

  /**
   * All variants of one optimizer take the gradient at one input, {@code grad} or {@code delta}.
   */
  private static final Map<String, Integer> GRADIENT_INPUT =
      Map.ofEntries(
          Map.entry("AdaMax", 8),
          Map.entry("Adadelta", 6),
          Map.entry("Adagrad", 3),
          Map.entry("AdagradDA", 3),
          Map.entry("AdagradV2", 4),
          Map.entry("Adam", 9),
          Map.entry("AdamWithAmsgrad", 10),
          Map.entry("AddSign", 6),
          Map.entry("CenteredRMSProp", 8),
          Map.entry("Ftrl", 3),
          Map.entry("FtrlV2", 3),
          Map.entry("GradientDescent", 2),
          Map.entry("KerasMomentum", 3),
          Map.entry("Momentum", 3),
          Map.entry("PowerSign", 6),
          Map.entry("ProximalAdagrad", 5),
          Map.entry("ProximalGradientDescent", 4),
          Map.entry("RMSProp", 7));

  private static final Set<String> REFERENCE_VARIABLES = Set.of("Variable", "VariableV2");
  private static final String RESOURCE_VARIABLE = "VarHandleOp";
  private static final Set<String> READS =
      Set.of("ReadVariableOp", "ResourceGather", "ResourceGatherNd");

  private static final Set<String> ASSIGNMENTS = Set.of("Assign", "AssignVariableOp");
  private static final Set<String> CHANGES =
      Set.of("AssignAdd", "AssignSub", "AssignAddVariableOp", "AssignSubVariableOp");

  /** {@code ScatterNd} and {@code TensorScatter…} make a new tensor and write no variable. */
  private static final OpMemo<Boolean> SCATTERS =
      OpMemo.matching("(Resource)?Scatter(Nd)?(Add|Sub|Mul|Div|Min|Max|Update)");

  private static final Set<String> ROW_SUMS = Set.of("UnsortedSegmentSum", "SparseSegmentSum");

  /** What hands a reference or a handle on. */
  private static final Set<String> HANDING_ON =
      Set.of("Identity", "RefIdentity", "Enter", "RefEnter", "Switch", "RefSwitch");

  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");
  private static final Set<String> LOOPS = Set.of("While", "StatelessWhile");
  private static final Set<String> BRANCHES = Set.of("If", "StatelessIf", "Case", "StatelessCase");

  private static final Set<String> FINITE_TESTS = Set.of("IsFinite", "IsInf", "IsNan");

  /** Inputs through which no value flows: conditions choose, indices place, shapes measure. */
  private static final Map<String, Set<Integer>> STEERING =
      Map.ofEntries(
          Map.entry("Select", Set.of(0)),
          Map.entry("SelectV2", Set.of(0)),
          Map.entry("Switch", Set.of(1)),
          Map.entry("RefSwitch", Set.of(1)),
          Map.entry("If", Set.of(0)),
          Map.entry("StatelessIf", Set.of(0)),
          Map.entry("Case", Set.of(0)),
          Map.entry("StatelessCase", Set.of(0)),
          Map.entry("Gather", Set.of(1)),
          Map.entry("GatherV2", Set.of(1, 2)),
          Map.entry("GatherNd", Set.of(1)),
          Map.entry("ResourceGather", Set.of(0, 1)),
          Map.entry("ResourceGatherNd", Set.of(0, 1)),
          Map.entry("ScatterNd", Set.of(0, 2)),
          Map.entry("TensorScatterAdd", Set.of(1)),
          Map.entry("TensorScatterSub", Set.of(1)),
          Map.entry("TensorScatterUpdate", Set.of(1)),
          Map.entry("SparseSegmentSum", Set.of(1, 2)),
          Map.entry("SegmentSum", Set.of(1)),
          Map.entry("UnsortedSegmentSum", Set.of(1, 2)),
          Map.entry("StackPush", Set.of(0)),
          Map.entry("StackPop", Set.of(0)),
          Map.entry("TensorArray", Set.of(0)),
          Map.entry("TensorArrayConcat", Set.of(0)),
          Map.entry("TensorArrayGather", Set.of(0, 1)),
          Map.entry("TensorArrayGrad", Set.of(0, 1)),
          Map.entry("TensorArrayGradWithShape", Set.of(0, 1, 2)),
          Map.entry("TensorArrayRead", Set.of(0, 1)),
          Map.entry("TensorArrayScatter", Set.of(0, 1)),
          Map.entry("TensorArraySplit", Set.of(0, 2)),
          Map.entry("TensorArrayWrite", Set.of(0, 1)),
          Map.entry("TensorListConcat", Set.of(1, 2)),
          Map.entry("TensorListFromTensor", Set.of(1)),
          Map.entry("TensorListGather", Set.of(1, 2)),
          Map.entry("TensorListGetItem", Set.of(1, 2)),
          Map.entry("TensorListPopBack", Set.of(1)),
          Map.entry("TensorListScatter", Set.of(1, 2, 3)),
          Map.entry("TensorListSetItem", Set.of(1)),
          Map.entry("TensorListSplit", Set.of(1, 2)),
          Map.entry("TensorListStack", Set.of(1)));

  /** The versions of an op on arrays carry through the same inputs. */
  private static final Pattern ARRAY_VERSION =
      Pattern.compile("((?:TensorArray|TensorList|Stack)\\w*?)V\\d");

  /** What keeps values in files and brings them back. */
  private static final Set<String> SAVING =
      Set.of(
          "MergeV2Checkpoints",
          "Restore",
          "RestoreSlice",
          "RestoreV2",
          "Save",
          "SaveSlices",
          "SaveV2",
          "WriteFile");

  private static final OpMemo<String> FAMILY =
      OpMemo.of(
          op -> {
            Matcher version = ARRAY_VERSION.matcher(op);
            return version.matches() ? version.group(1) : op;
          });

  private static final Set<String> SELECTIONS =
      Set.of("Gather", "GatherV2", "GatherNd", "ResourceGather", "ResourceGatherNd");

  private static final OpMemo<Boolean> TAKING =
      OpMemo.matching("StackPop(V2)?|TensorArray(Read|Gather|Concat|Pack|Unpack)(V\\d)?");
  private static final OpMemo<Boolean> PUTTING =
      OpMemo.matching("(StackPush|TensorArray(?:Write|Scatter|Split))(V\\d)?");
  private static final OpMemo<Boolean> STORE =
      OpMemo.matching("Stack(V2)?|TensorArray(V\\d)?|TensorArrayGrad(WithShape|V\\d)?");

  private static final Set<String> MEASURING =
      Set.of(
          "ArgMax",
          "ArgMin",
          "NextIteration",
          "OnesLike",
          "Rank",
          "RefNextIteration",
          "Shape",
          "ShapeN",
          "Size",
          "TensorArraySize",
          "TensorListElementShape",
          "TensorListLength",
          "ZerosLike");

  private static final OpMemo<Boolean> RANDOM =
      OpMemo.matching(
          "(Random|StatelessRandom|StatelessTruncated|StatelessParameterized|TruncatedNormal"
              + "|ParameterizedTruncated|StatefulRandom|StatefulStandardNormal).*");

  private static final Map<String, Integer> ROW_NUMBERS =
      Map.of("Gather", 1, "GatherV2", 1, "ResourceGather", 1, "UnsortedSegmentSum", 1);
  private static final int SCATTER_ROWS = 1;

  private OpTable() {}

  /** The input at which a dense training op takes its gradient; empty for every other op. */
  public static OptionalInt denseGradientInput(String op) {
    return gradientInput(withoutResource(op), DENSE);
  }

  /** The same for a training op that takes the gradient of some rows and their indices. */
  public static OptionalInt sparseGradientInput(String op) {
    return gradientInput(withoutResource(op), SPARSE);
  }

  private static OptionalInt gradientInput(String op, String prefix) {
    Integer input =
        op.startsWith(prefix) ? GRADIENT_INPUT.get(op.substring(prefix.length())) : null;
    return input == null ? OptionalInt.empty() : OptionalInt.of(input);
  }

  /** The name that the variants of an op on references and on resources share. */
  public static String withoutResource(String op) {
    return op.startsWith(RESOURCE) ? op.substring(RESOURCE.length()) : op;
  }

  /** Whether an op computes an optimizer's update by itself. */
  public static boolean isTraining(String op) {
    return denseGradientInput(op).isPresent() || sparseGradientInput(op).isPresent();
  }

  /** Whether an op is a variable, of either kind. */
  public static boolean isVariable(String op) {
    return isReferenceVariable(op) || isResourceVariable(op);
  }

  /** Whether an op is a variable that hands out references to its value. */
  static boolean isReferenceVariable(String op) {
    return REFERENCE_VARIABLES.contains(op);
  }

  /** Whether an op is a variable that hands out the handle of a resource. */
  static boolean isResourceVariable(String op) {
    return op.equals(RESOURCE_VARIABLE);
  }

  /** Whether an op reads the resource variable that its first input is, all or some rows. */
  public static boolean isRead(String op) {
    return READS.contains(op);
  }

  /** Whether an op writes the variable that its first input is; the one definition of that. */
  public static boolean isWrite(String op) {
    return isPlainWrite(op) || isTraining(op);
  }

  /** The same without training ops. */
  public static boolean isPlainWrite(String op) {
    return isAssignment(op) || CHANGES.contains(op) || isScatter(op);
  }

  /** Whether an op gives a variable a value that does not depend on the one before. */
  public static boolean isAssignment(String op) {
    return ASSIGNMENTS.contains(op);
  }

  /** Whether an op writes parts of a variable: rows, or what index tuples select. */
  public static boolean isScatter(String op) {
    return SCATTERS.get(op);
  }

  /** Whether an op writes what index tuples select, which need not be rows. */
  public static boolean isScatterNd(String op) {
    return isScatter(op) && op.contains("Nd");
  }

  /** Whether an input of a write holds what is written, rather than what or where. */
  public static boolean isValue(String op, int input) {
    return input != TARGET && !(isScatter(op) && input == SCATTER_ROWS);
  }

  /** Whether an op sums rows that have one number. */
  public static boolean isRowSum(String op) {
    return ROW_SUMS.contains(op);
  }

  /** The input that holds the numbers of rows which an op reads, sums or writes; −1 if none. */
  public static int rowNumbers(String op) {
    return isScatter(op) ? SCATTER_ROWS : ROW_NUMBERS.getOrDefault(op, -1);
  }

  /** Whether an op hands its first input on, be it a reference, a handle or a value. */
  public static boolean handsOn(String op) {
    return HANDING_ON.contains(op);
  }

  /** Whether an op lets one of two branches run. */
  public static boolean isSwitch(String op) {
    return op.equals("Switch") || op.equals("RefSwitch");
  }

  /** Whether an op calls the function that an attribute names. */
  public static boolean isCall(String op) {
    return CALLS.contains(op);
  }

  /** Whether an op runs a function any number of times. */
  static boolean isLoop(String op) {
    return LOOPS.contains(op);
  }

  /** Whether an op runs one of several functions. */
  public static boolean isBranch(String op) {
    return BRANCHES.contains(op);
  }

  /** Whether what a data input brings flows on. */
  public static boolean carries(String op, int input) {
    String family = FAMILY.get(op);
    return !MEASURING.contains(family)
        && !SAVING.contains(op)
        && !isRandom(op)
        && !STEERING.getOrDefault(family, Set.of()).contains(input);
  }

  /** Whether an op tests whether numbers are finite: what it gives says nothing else of them. */
  public static boolean isFiniteTest(String op) {
    return FINITE_TESTS.contains(op);
  }

  /** Whether an input of an op decides what the others give: a condition, a row's number. */
  public static boolean isSteered(String op) {
    return STEERING.containsKey(op);
  }

  /** Whether an op looks at a value's shape, or at an order of it, and lets no value through. */
  public static boolean isMeasuring(String op) {
    return MEASURING.contains(op);
  }

  /** Whether an op keeps values in a file or brings them back from one. */
  public static boolean isSaving(String op) {
    return SAVING.contains(op);
  }

  /** Whether an op takes rows or elements of its first input that its second one numbers. */
  public static boolean isSelection(String op) {
    return SELECTIONS.contains(op);
  }

  /** Whether an op takes a tensor out of the stack or the array whose handle its first input is. */
  public static boolean isTaking(String op) {
    return TAKING.get(op);
  }

  /** The input that an op puts into a stack or an array of its first input's handle; or −1. */
  public static int put(String op) {
    if (!PUTTING.get(op)) {
      return -1;
    }
    return op.startsWith("StackPush") || op.startsWith("TensorArraySplit") ? 1 : 2;
  }

  /** Whether an op takes part in the flow of an array by its last input. */
  public static boolean hasFlow(String op) {
    return op.startsWith("TensorArray");
  }

  /** Whether an op is a stack or an array of tensors, or the array of another one's gradients. */
  public static boolean isStore(String op) {
    return STORE.get(op);
  }

  /** Whether an op draws numbers. */
  public static boolean isRandom(String op) {
    return RANDOM.get(op);
  }

  /** Whether an op without inputs brings a value from outside of the graph; constants don't. */
  public static boolean isFed(String op) {
    return !MEASURING.contains(op) && !op.equals("NoOp") && !op.equals("Const");
  }

  /**
   * Whether a constant holds several floating-point numbers that are not all one: a data set,
   * rather than a rate or zeros. TensorFlow writes a value that repeats only once.
   */
  public static boolean holdsData(NodeDef constant) {
    TensorProto value =
        constant.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
    int written =
        value.getFloatValCount()
            + value.getDoubleValCount()
            + value.getHalfValCount()
            + value.getTensorContent().size();
    return DataTypes.precision(value.getDtype()).isPresent()
        && written > 1
        && value.getTensorShape().getDimList().stream()
            .map(TensorShapeProto.Dim::getSize)
            .anyMatch(size -> size > 1);
  }
}
