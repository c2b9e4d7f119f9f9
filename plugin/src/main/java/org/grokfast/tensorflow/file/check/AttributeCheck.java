package org.grokfast.tensorflow.file.check;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.grokfast.io.Quote;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Checks the shapes in attributes, and finds the functions that attributes name. */
final class AttributeCheck {
  private AttributeCheck() {}

  /** What is wrong with a shape in an attribute, with the attribute's name; empty if nothing is. */
  static Optional<String> fault(Map<String, AttrValue> attributes) {
    for (Map.Entry<String, AttrValue> attribute : attributes.entrySet()) {
      Optional<String> fault = fault(attribute.getValue());
      if (fault.isPresent()) {
        return Optional.of("attribute " + Quote.name(attribute.getKey()) + ": " + fault.get());
      }
    }
    return Optional.empty();
  }

  /** Names every function that the attributes refer to, also inside the attributes of functions. */
  static void forEachFunction(Map<String, AttrValue> attributes, Consumer<String> action) {
    Deque<Map<String, AttrValue>> open = new ArrayDeque<>(List.of(attributes));
    while (!open.isEmpty()) {
      for (AttrValue value : open.pop().values()) {
        if (value.hasFunc()) {
          action.accept(value.getFunc().getName());
          open.push(value.getFunc().getAttrMap());
        } else if (value.hasList()) {
          value
              .getList()
              .getFuncList()
              .forEach(
                  function -> {
                    action.accept(function.getName());
                    open.push(function.getAttrMap());
                  });
        }
      }
    }
  }

  private static Optional<String> fault(AttrValue value) {
    return switch (value.getValueCase()) {
      case SHAPE -> ShapeCheck.fault(value.getShape());
      case TENSOR -> ShapeCheck.fault(value.getTensor().getTensorShape());
      case LIST -> listFault(value.getList());
      default -> Optional.empty();
    };
  }

  private static Optional<String> listFault(AttrValue.ListValue list) {
    for (TensorShapeProto shape : list.getShapeList()) {
      Optional<String> fault = ShapeCheck.fault(shape);
      if (fault.isPresent()) {
        return fault;
      }
    }
    for (TensorProto tensor : list.getTensorList()) {
      Optional<String> fault = ShapeCheck.fault(tensor.getTensorShape());
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }
}
