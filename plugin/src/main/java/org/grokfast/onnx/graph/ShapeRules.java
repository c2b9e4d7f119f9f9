package org.grokfast.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the ops of the default domain say of their outputs, by the ONNX operator pages. An op that
 * is not listed says nothing.
 */
final class ShapeRules {
  private static final Set<String> LIKE_FIRST =
      Set.of(
          ("Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization Bernoulli BitwiseNot Ceil Celu"
                  + " Clip Cos Cosh CumSum Dropout Elu Erf Exp Floor Gelu GroupNormalization"
                  + " HardSigmoid HardSwish Hardmax Identity InstanceNormalization"
                  + " LayerNormalization LeakyRelu Log LogSoftmax LpNormalization LRN"
                  + " MeanVarianceNormalization Mish Neg PRelu RMSNormalization"
                  + " RandomNormalLike RandomUniformLike Reciprocal Relu ReverseSequence Round"
                  + " Scatter ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin Sinh Softmax"
                  + " Softplus Softsign Sqrt Swish Tan Tanh TensorScatter ThresholdedRelu Trilu")
              .split(" ", -1));

  private static final Set<String> BROADCAST =
      Set.of(
          "Add Sub Mul Div Pow Min Max Sum Mean Mod BitShift BitwiseAnd BitwiseOr BitwiseXor"
              .split(" ", -1));

  private static final Set<String> COMPARISONS =
      Set.of("Less Greater Equal And Or Xor LessOrEqual GreaterOrEqual".split(" ", -1));

  private static final Set<String> LAYOUTS =
      Set.of(
          ("Transpose Reshape Flatten Expand Squeeze Unsqueeze Concat Slice Gather GatherElements"
                  + " GatherND Pad Tile Resize")
              .split(" ", -1));

  private static final Set<String> WINDOWS =
      Set.of("Conv ConvTranspose MaxPool AveragePool LpPool".split(" ", -1));

  private final NodeProto node;
  private final Attributes attributes;
  private final List<TensorType> inputs;
  private final LayoutShapes layouts;
  private final Function<GraphProto, List<TensorType>> bodies;

  private ShapeRules(
      NodeProto node,
      List<TensorType> inputs,
      Function<String, Optional<List<Long>>> constants,
      Function<GraphProto, List<TensorType>> bodies) {
    this.node = node;
    this.attributes = new Attributes(node);
    this.inputs = inputs;
    this.layouts = new LayoutShapes(node, inputs, constants);
    this.bodies = bodies;
  }

  /**
   * The types of a node's outputs.
   *
   * @param inputs the types of its inputs
   * @param constants the values of inputs that are known lists of integers
   * @param bodies the types of what a body gives
   */
  static List<TensorType> of(
      NodeProto node,
      List<TensorType> inputs,
      Function<String, Optional<List<Long>>> constants,
      Function<GraphProto, List<TensorType>> bodies) {
    if (GradientOp.is(node)) {
      int count = Math.min(GradientOp.arguments(node).size(), inputs.size());
      return inputs.subList(0, count);
    }
    boolean standard = node.getDomain().isEmpty() || node.getDomain().equals("ai.onnx");
    return standard && node.getOutputCount() > 0
        ? new ShapeRules(node, inputs, constants, bodies).outputs()
        : List.of();
  }

  private List<TensorType> outputs() {
    return switch (node.getOpType()) {
      case "Constant" -> List.of(constant());
      case "Split" -> parts();
      case "If" -> branches();
      case "Loop" -> carried();
      default -> inputs.isEmpty() ? List.of(drawn()) : computed();
    };
  }

  private TensorType constant() {
    for (AttributeProto value : node.getAttributeList()) {
      switch (value.getName()) {
        case "value" -> {
          return TensorType.of(value.getT().getDataType(), value.getT().getDimsList());
        }
        case "value_float" -> {
          return TensorType.of(DataType.FLOAT_VALUE, List.of());
        }
        case "value_floats" -> {
          return TensorType.of(DataType.FLOAT_VALUE, List.of((long) value.getFloatsCount()));
        }
        case "value_int" -> {
          return TensorType.of(DataType.INT64_VALUE, List.of());
        }
        case "value_ints" -> {
          return TensorType.of(DataType.INT64_VALUE, List.of((long) value.getIntsCount()));
        }
        default -> {}
      }
    }
    return TensorType.UNKNOWN;
  }

  private TensorType drawn() {
    int type = (int) attributes.integer("dtype", DataType.FLOAT_VALUE);
    return node.getOpType().startsWith("Random")
        ? new TensorType(type, attributes.integers("shape"))
        : TensorType.UNKNOWN;
  }

  private List<TensorType> parts() {
    int type = inputs.isEmpty() ? 0 : inputs.get(0).type();
    return layouts
        .parts()
        .map(all -> all.stream().map(shape -> TensorType.of(type, shape)).toList())
        .orElse(Collections.nCopies(node.getOutputCount(), new TensorType(type, Optional.empty())));
  }

  /** What both branches say of their results. */
  private List<TensorType> branches() {
    List<TensorType> yes = results(attributes.of("then_branch"));
    List<TensorType> no = results(attributes.of("else_branch"));
    List<TensorType> all = new ArrayList<>();
    for (int i = 0; i < Math.min(yes.size(), no.size()); i++) {
      all.add(yes.get(i).equals(no.get(i)) ? yes.get(i) : TensorType.UNKNOWN);
    }
    return all;
  }

  /** What a body says of the values that it carries, behind its condition. */
  private List<TensorType> carried() {
    List<TensorType> results = results(attributes.of("body"));
    int carried = Math.max(0, node.getInputCount() - 2);
    return results.isEmpty()
        ? List.of()
        : results.subList(1, Math.min(results.size(), 1 + carried));
  }

  private List<TensorType> results(Optional<AttributeProto> body) {
    return bodies.apply(body.map(AttributeProto::getG).orElse(GraphProto.getDefaultInstance()));
  }

  private List<TensorType> computed() {
    TensorType first = inputs.get(0);
    return switch (node.getOpType()) {
      case "BatchNormalization" -> {
        TensorType channel = inputs.size() > 1 ? inputs.get(1) : TensorType.UNKNOWN;
        yield behind(first, Collections.nCopies(4, channel));
      }
      case "LayerNormalization" ->
          behind(
              first,
              Collections.nCopies(
                  2,
                  new TensorType(
                      (int) attributes.integer("stash_type", DataType.FLOAT_VALUE),
                      first.shape().map(this::normalized))));
      case "Dropout" -> behind(first, List.of(first.withType(DataType.BOOL_VALUE)));
      case "MaxPool" -> {
        TensorType pooled = output(first);
        yield behind(pooled, List.of(pooled.withType(DataType.INT64_VALUE)));
      }
      case "SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss" ->
          behind(
              attributes.text("reduction", "mean").equals("none") && inputs.size() > 1
                  ? inputs.get(1).withType(first.type())
                  : TensorType.of(first.type(), List.of()),
              List.of(first));
      case "TopK" -> {
        TensorType most = new TensorType(first.type(), first.shape().flatMap(this::most));
        yield behind(most, List.of(most.withType(DataType.INT64_VALUE)));
      }
      default -> List.of(output(first));
    };
  }

  private static List<TensorType> behind(TensorType first, List<TensorType> others) {
    List<TensorType> all = new ArrayList<>(List.of(first));
    all.addAll(others);
    return all;
  }

  private List<Long> normalized(List<Long> shape) {
    int from = Attributes.axis(attributes.integer("axis", -1), shape.size()).orElse(0);
    List<Long> result = new ArrayList<>(shape);
    Collections.fill(result.subList(from, result.size()), 1L);
    return result;
  }

  private Optional<List<Long>> most(List<Long> shape) {
    Optional<Integer> axis = Attributes.axis(attributes.integer("axis", -1), shape.size());
    Optional<List<Long>> count = layouts.constant(1).filter(k -> k.size() == 1);
    if (axis.isEmpty() || count.isEmpty()) {
      return Optional.empty();
    }
    List<Long> result = new ArrayList<>(shape);
    result.set(axis.get(), count.get().get(0));
    return Optional.of(result);
  }

  private TensorType output(TensorType first) {
    String op = node.getOpType();
    if (LIKE_FIRST.contains(op)) {
      return first;
    }
    if (BROADCAST.contains(op)) {
      return new TensorType(first.type(), broadcast());
    }
    if (COMPARISONS.contains(op)) {
      return new TensorType(DataType.BOOL_VALUE, broadcast());
    }
    if (LAYOUTS.contains(op)) {
      return new TensorType(first.type(), layouts.first());
    }
    if (WINDOWS.contains(op)) {
      return new TensorType(first.type(), first.shape().flatMap(this::window));
    }
    if (op.startsWith("Reduce")) {
      return new TensorType(first.type(), reduced(first));
    }
    return switch (op) {
      case "Cast" -> first.withType((int) attributes.integer("to", 0));
      case "CastLike" -> first.withType(type(1));
      case "Where" -> new TensorType(type(1), broadcast());
      case "Not", "IsNaN", "IsInf" -> first.withType(DataType.BOOL_VALUE);
      case "MatMul" -> new TensorType(first.type(), product(first));
      case "Gemm" -> new TensorType(first.type(), generalProduct(first));
      case "Einsum" ->
          new TensorType(
              first.type(), Broadcasts.einsum(attributes.text("equation", ""), shapes()));
      case "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool" ->
          new TensorType(first.type(), first.shape().map(WindowShapes::global));
      case "ArgMax", "ArgMin" -> new TensorType(DataType.INT64_VALUE, withoutAxis(first));
      case "OneHot" -> new TensorType(type(2), layouts.first());
      case "ConstantOfShape" ->
          new TensorType(
              attributes.of("value").map(a -> a.getT().getDataType()).orElse(DataType.FLOAT_VALUE),
              layouts.first());
      case "Shape" ->
          new TensorType(DataType.INT64_VALUE, first.shape().map(s -> List.of((long) s.size())));
      case "Size" -> TensorType.of(DataType.INT64_VALUE, List.of());
      case "EyeLike" -> first.withType((int) attributes.integer("dtype", first.type()));
      case "DequantizeLinear" -> first.withType(type(1));
      case "QuantizeLinear" -> first.withType(inputs.size() > 2 ? type(2) : DataType.UINT8_VALUE);
      default -> TensorType.UNKNOWN;
    };
  }

  private int type(int input) {
    return input < inputs.size() ? inputs.get(input).type() : 0;
  }

  private List<Optional<List<Long>>> shapes() {
    return inputs.stream().map(TensorType::shape).toList();
  }

  private Optional<List<Long>> broadcast() {
    return Broadcasts.of(shapes());
  }

  private Optional<List<Long>> window(List<Long> image) {
    return WindowShapes.of(
        attributes, image, inputs.size() > 1 ? inputs.get(1).shape() : Optional.empty());
  }

  private Optional<List<Long>> product(TensorType first) {
    return inputs.size() < 2
        ? Optional.empty()
        : first.shape().flatMap(a -> inputs.get(1).shape().flatMap(b -> Broadcasts.product(a, b)));
  }

  private Optional<List<Long>> generalProduct(TensorType first) {
    if (inputs.size() < 2 || first.shape().isEmpty() || inputs.get(1).shape().isEmpty()) {
      return Optional.empty();
    }
    List<Long> a = first.shape().get();
    List<Long> b = inputs.get(1).shape().get();
    return a.size() != 2 || b.size() != 2
        ? Optional.empty()
        : Optional.of(
            List.of(
                a.get(attributes.integer("transA", 0) != 0 ? 1 : 0),
                b.get(attributes.integer("transB", 0) != 0 ? 0 : 1)));
  }

  private Optional<List<Long>> withoutAxis(TensorType first) {
    return first.shape().flatMap(s -> removed(s, List.of(attributes.integer("axis", 0))));
  }

  private Optional<List<Long>> reduced(TensorType first) {
    Optional<List<Long>> axes = layouts.list("axes", 1);
    boolean keep = attributes.integer("keepdims", 1) != 0;
    if (axes.isEmpty() && layouts.hasInput(1)) {
      return Optional.empty();
    }
    if (axes.map(List::isEmpty).orElse(true)) {
      if (attributes.integer("noop_with_empty_axes", 0) != 0) {
        return first.shape();
      }
      return keep
          ? first.shape().map(s -> Collections.nCopies(s.size(), 1L))
          : Optional.of(List.of());
    }
    return first.shape().flatMap(s -> removed(s, axes.get()));
  }

  private Optional<List<Long>> removed(List<Long> shape, List<Long> axes) {
    boolean keep = attributes.integer("keepdims", 1) != 0;
    List<Long> result = new ArrayList<>();
    for (int axis = 0; axis < shape.size(); axis++) {
      if (!LayoutShapes.contains(axes, axis, shape.size())) {
        result.add(shape.get(axis));
      } else if (keep) {
        result.add(1L);
      }
    }
    return Optional.of(result);
  }
}
