package org.grokfast.tensorflow.graph;

import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** What a {@code Const} node holds. */
public final class Constants {
  private Constants() {}

  /**
   * Whether it holds several floating-point numbers that are not all one: a data set, rather than a
   * rate or zeros. TensorFlow writes a value that repeats only once.
   */
  public static boolean isTensor(NodeDef node) {
    TensorProto value = node.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
    DataType type = value.getDtype();
    int written =
        value.getFloatValCount()
            + value.getDoubleValCount()
            + value.getHalfValCount()
            + value.getTensorContent().size();
    return DataTypes.precision(type).isPresent()
        && written > 1
        && value.getTensorShape().getDimList().stream()
            .map(TensorShapeProto.Dim::getSize)
            .anyMatch(size -> size > 1);
  }
}
