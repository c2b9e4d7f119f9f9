package org.grokfast.tensorflow.live;

import java.util.List;
import org.grokfast.rewrite.GraphRewriteException;
import org.tensorflow.GraphOperationBuilder;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/** Sets the attributes of an operation under construction from protos. */
final class NodeAttributes {
  private NodeAttributes() {}

  static void set(GraphOperationBuilder builder, String name, AttrValue value) {
    switch (value.getValueCase()) {
      case TYPE -> builder.setAttr(name, value.getType());
      case B -> builder.setAttr(name, value.getB());
      case I -> builder.setAttr(name, value.getI());
      case F -> builder.setAttr(name, value.getF());
      case S -> builder.setAttr(name, value.getS().toByteArray());
      case SHAPE -> builder.setAttr(name, shape(value.getShape()));
      case LIST -> setList(builder, name, value.getList());
      case FUNC -> builder.setAttr(name, value);
      default ->
          throw new GraphRewriteException(
              "attribute '"
                  + name
                  + "' holds a "
                  + value.getValueCase()
                  + ", which can't be copied into a live graph; rewrite the GraphDef instead");
    }
  }

  private static void setList(
      GraphOperationBuilder builder, String name, AttrValue.ListValue list) {
    if (list.getSCount() > 0) {
      builder.setAttr(
          name, list.getSList().stream().map(s -> s.toStringUtf8()).toArray(String[]::new));
    } else if (list.getTypeCount() > 0) {
      builder.setAttr(name, list.getTypeList().toArray(new DataType[0]));
    } else if (list.getICount() > 0) {
      builder.setAttr(name, list.getIList().stream().mapToLong(Long::longValue).toArray());
    } else if (list.getFCount() > 0) {
      builder.setAttr(name, floats(list.getFList()));
    } else if (list.getShapeCount() > 0) {
      builder.setAttr(
          name, list.getShapeList().stream().map(NodeAttributes::shape).toArray(Shape[]::new));
    } else if (list.getBCount() > 0) {
      boolean[] values = new boolean[list.getBCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = list.getB(i);
      }
      builder.setAttr(name, values);
    }
    // An empty list is every list attribute's value when it is not set; its type is not known here.
  }

  private static float[] floats(List<Float> list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }

  private static Shape shape(TensorShapeProto proto) {
    if (proto.getUnknownRank()) {
      return Shape.unknown();
    }
    return Shape.of(proto.getDimList().stream().mapToLong(TensorShapeProto.Dim::getSize).toArray());
  }
}
