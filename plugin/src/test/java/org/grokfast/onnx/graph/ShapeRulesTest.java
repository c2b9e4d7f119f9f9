package org.grokfast.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.grokfast.onnx.rules.ModelText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shapes of models that state none but those of their inputs; the values are ONNX's own. */
class ShapeRulesTest {
  private static final String INPUTS =
      """
      a = Input {shape=2x3}
      b = Input {shape=3x4}
      c = Input {shape=5x2x3}
      v = Input {shape=3}
      image = Input {shape=2x3x8x8}
      filters = Input {shape=4x3x3x3}
      back = Input {shape=3x5x3x3}
      labels = Input {shape=2, type=int64}
      open = Input {shape=?x3}
      """;

  private static String shape(String lines, String tensor) {
    String text = INPUTS + lines.replace(";", "\n");
    TensorType type = new OnnxGraph(ModelText.parse(text).getGraph()).type(tensor);
    Optional<List<Long>> shape = type.shape();
    return shape.map(Object::toString).orElse("unknown");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "r = MatMul(a, b) | [2, 4]",
        "r = MatMul(c, b) | [5, 2, 4]",
        "r = MatMul(a, v) | [2]",
        "r = Gemm(b, a) {transA=1, transB=1} | [4, 2]",
        "r = Einsum(c) {equation=bij->jb} | [3, 5]",
        "r = Add(c, v) | [5, 2, 3]",
        "r = Add(open, v) | [-1, 3]",
        "r = Conv(image, filters) | [2, 4, 6, 6]",
        "r = Conv(image, filters) {pads=[1, 1, 1, 1], strides=[2, 2]} | [2, 4, 4, 4]",
        "r = Conv(image, filters) {auto_pad=SAME_UPPER} | [2, 4, 8, 8]",
        "r = Conv(image, filters) {dilations=[2, 2]} | [2, 4, 4, 4]",
        "r = ConvTranspose(image, back) {strides=[2, 2]} | [2, 5, 17, 17]",
        "r = ConvTranspose(image, back) {pads=[1, 1, 1, 1], output_padding=[1, 1], strides=[2, 2]} | [2, 5, 16, 16]",
        "r = MaxPool(image) {kernel_shape=[3, 3], strides=[2, 2]} | [2, 3, 3, 3]",
        "r = AveragePool(image) {kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1} | [2, 3, 4, 4]",
        "r = GlobalAveragePool(image) | [2, 3, 1, 1]",
        "r = Transpose(c) {perm=[2, 0, 1]} | [3, 5, 2]",
        "r = Flatten(c) {axis=2} | [10, 3]",
        "r = Concat(a, a) {axis=-1} | [2, 6]",
        "r = Softmax(a) | [2, 3]",
        "r = Gather(b, labels) {axis=1} | [3, 2]",
        "r = GatherElements(v, labels) | [2]",
        "r = ArgMax(a) {axis=1, keepdims=0} | [2]",
        "r = ReduceMean(c) {axes=[-1], keepdims=0} | [5, 2]",
        "r = ReduceSum(c) {keepdims=0} | []",
        "r = ReduceSum(c) | [1, 1, 1]",
        "r = Where(a, a, v) | [2, 3]",
        "r = LayerNormalization(a, v) | [2, 3]",
        "r = Squeeze(a) | [2, 3]",
        "r = NoSuchOp(a) | unknown",
      })
  void theFirstOutput(String line, String expected) {
    assertThat(shape(line, "r")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k, r = Split(c) {axis=1} | [5, 1, 3]",
        "k, r = Split(b) {axis=1, split=[1, 3]} | [3, 3]",
        "k, r = LayerNormalization(c, v) {axis=1} | [5, 1, 1]",
        "k, r = BatchNormalization(image, v, v, v, v) | [3]",
        "k, r = SoftmaxCrossEntropyLoss(a, labels) | [2, 3]",
        "k, r = MaxPool(image) {kernel_shape=[2, 2]} | [2, 3, 7, 7]",
      })
  void theSecondOutput(String line, String expected) {
    assertThat(shape(line, "r")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "to = Shape(c); r = Reshape(b, to) | [5, 2, 3]",
        "one = Constant {value_ints=[1]}; to = Shape(c) {start=1}; all = Concat(one, to) {axis=0}; r = Expand(a, all) | [1, 2, 3]",
        "to = Constant {value_ints=[-1, 6]}; r = Reshape(b, to) | [2, 6]",
        "to = Constant {value_ints=[0, -1]}; r = Reshape(c, to) | [5, 6]",
        "i = Constant {value_int=0}; to = Shape(c); n = Gather(to, i) {axis=0}; at = Constant {value_ints=[0]}; u = Unsqueeze(n, at); m = Constant {value_ints=[-1]}; all = Concat(u, m) {axis=0}; r = Reshape(c, all) | [5, 6]",
        "to = Shape(b); r = ConstantOfShape(to) | [3, 4]",
        "s = Constant {value_ints=[1]}; e = Constant {value_ints=[-1]}; at = Constant {value_ints=[1]}; r = Slice(b, s, e, at) | [3, 2]",
        "s = Constant {value_ints=[3]}; e = Constant {value_ints=[-100]}; at = Constant {value_ints=[1]}; by = Constant {value_ints=[-2]}; r = Slice(b, s, e, at, by) | [3, 2]",
        "p = Constant {value_ints=[0, 1, 0, 2]}; r = Pad(a, p) | [2, 6]",
        "at = Constant {value_ints=[0, -1]}; r = Unsqueeze(a, at) | [1, 2, 3, 1]",
        "n = Constant {value_ints=[2, 2]}; r = Tile(a, n) | [4, 6]",
        "to = Shape(open); r = Reshape(b, to) | unknown",
      })
  void shapesThatAreComputed(String lines, String expected) {
    assertThat(shape(lines, "r")).isEqualTo(expected);
  }
}
